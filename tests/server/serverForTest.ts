import { onTestFinished } from 'vitest';
import { startServerProcess, type ServerProcess } from './serverProcess.ts';

/** A server in a process of its own, which ends with the test that runs. */
export function serverForTest(environment: Readonly<Record<string, string>>): ServerProcess {
  const server = startServerProcess(environment);
  onTestFinished(() => server.kill());
  return server;
}
