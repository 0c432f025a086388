import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Command {
  /** Resolves once it has said that; rejects where it ends before. */
  says(pattern: RegExp): Promise<void>;
  said(): string;
  /** As a key press in its terminal does. Resolves to its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** A command as it is typed; ended with the test. */
export function typed(line: string, environment: Readonly<Record<string, string>> = {}): Command {
  const [program = '', ...args] = line.split(' ');
  // What this process is told by its own runner is not for the command.
  const { NODE_ENV: _, VITEST: __, FORCE_COLOR: ___, ...env } = process.env;
  const child = spawn(program, args, { cwd: ROOT, env: { ...env, NO_COLOR: '1', ...environment }, detached: true });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      for (const listener of listeners) listener();
    });
  }
  /** To the command and all that it has started, as a terminal does. */
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch (error) {
      // All of them have ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  onTestFinished(async () => {
    send('SIGKILL');
    await ended;
  });
  return {
    said: () => output,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(output)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then(() => {
          reject(new Error(`"${line}" ended and never said ${String(pattern)}:\n${output}`));
        });
        look();
      }),
    stop: (signal) => {
      send(signal);
      return ended;
    },
  };
}
