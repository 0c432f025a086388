import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What Node needs to run a script of ours from its source. */
export const SCRIPT_ARGUMENTS = ['--conditions=@regen/source', '--import', 'tsx'] as const;

/** A script of ours in a process of its own. */
export interface NodeProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
  /** Resolves with what it has said once that matches, rejects when it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it as a crash does. Resolves when it has ended. */
  kill(): Promise<void>;
}

export type ServerProcess = NodeProcess;

/** The process as `npm run dev:realtime` starts it, in an environment that has nothing but `environment`. */
export function startServerProcess(environment: Readonly<Record<string, string>>): ServerProcess {
  return startNodeProcess(['server/main.ts'], environment);
}

/** `script` is a file and its arguments; its environment has nothing but `environment`. */
export function startNodeProcess(
  script: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): NodeProcess {
  return followProcess(
    spawn(process.execPath, [...SCRIPT_ARGUMENTS, ...script], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    }),
  );
}

/** Hears what a process says from here on, and when it ends. */
export function followProcess(child: ChildProcessWithoutNullStreams): NodeProcess {
  let output = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      for (const listener of listeners) listener();
    });
  }
  return {
    child,
    ended,
    said: () => output,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output);
          if (found === null) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        void ended.then(() => {
          reject(new Error(`It ended and never said ${String(pattern)}:\n${output}`));
        });
        look();
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
