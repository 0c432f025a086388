import { spawn } from 'node:child_process';
import { once } from 'node:events';
import ts from 'typescript';
import { onTestFinished } from 'vitest';

export interface ExampleProcess {
  /** What it wrote, to both streams. */
  said(): string;
  /** Resolves to its exit code; null where it was killed. */
  ended: Promise<number | null>;
  /** With SIGKILL. */
  kill(): Promise<void>;
}

/** A document's TypeScript in a process of its own, as a module of this repository. */
export function startExample(code: string): ExampleProcess {
  const child = spawn(process.execPath, ['--conditions=@regen/source', '--import', 'tsx', '--input-type=module'], {
    stdio: 'pipe',
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  // One that is killed early reads it no more.
  child.stdin.on('error', () => undefined);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  child.stdin.end(outputText);
  return { said: () => output, ended, kill };
}
