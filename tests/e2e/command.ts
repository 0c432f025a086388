import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { ROOT, followProcess, type NodeProcess } from '../server/serverProcess.ts';

export interface Command extends NodeProcess {
  /** As a key press in its terminal does. Resolves to its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** A command as it is typed; ended with the test. */
export function typed(line: string, environment: Readonly<Record<string, string>> = {}): Command {
  const [program = '', ...args] = line.split(' ');
  // What this process is told by its own runner is not for the command.
  const { NODE_ENV: _, VITEST: __, FORCE_COLOR: ___, ...env } = process.env;
  const command = followProcess(
    spawn(program, args, { cwd: ROOT, env: { ...env, NO_COLOR: '1', ...environment }, detached: true }),
  );
  const { pid } = command.child;

  /** To the command and all that it has started, as a terminal does. */
  function send(signal: NodeJS.Signals): void {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch (error) {
      // All of them have ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  onTestFinished(async () => {
    send('SIGKILL');
    await command.ended;
  });
  return {
    ...command,
    stop: (signal) => {
      send(signal);
      return command.ended;
    },
  };
}
