import { onTestFinished } from 'vitest';
import { startNodeProcess } from '../server/serverProcess.ts';

/** What a client in a process of its own says it saw. */
export type ClientReport =
  | { kind: 'started'; restored: string[]; text: string }
  | { kind: 'connected'; reconnectCount: number }
  | { kind: 'text'; length: number }
  /** The text that was shown is not how the new one begins. */
  | { kind: 'rewound' }
  | { kind: 'completed'; text: string; outcome: string | null }
  | { kind: 'error'; code: string; message: string };

export interface ClientProcess {
  /** The first report of this kind. Rejects when the process ends before. */
  first<Kind extends ClientReport['kind']>(kind: Kind): Promise<Extract<ClientReport, { kind: Kind }>>;
  count(kind: ClientReport['kind']): number;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

/** Killed at the end of the test at the latest. */
export function startClientProcess(url: string, folder: string, jobId: string): ClientProcess {
  const client = startNodeProcess(['tests/desktop/clientProcess.ts', url, folder, jobId]);
  onTestFinished(client.kill);
  return {
    first: async (kind) => {
      const [line] = await client.says(new RegExp(`^\\{"kind":"${kind}".*(?=\\n)`, 'm'));
      return JSON.parse(line) as never;
    },
    count: (kind) => client.said().split(`{"kind":"${kind}"`).length - 1,
    ended: client.ended,
    kill: client.kill,
  };
}
