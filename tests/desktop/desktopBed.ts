import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createDesktopClient, type DesktopClientOptions } from '../../apps/desktop/src/services/socket.ts';
import { DEVELOPMENT_WORKER_KEY, readConfig, startServer, type RunningServer } from '../../server/index.ts';
import { createJobPublisher, type JobPublisher } from '../../server/worker/index.ts';
import type { SocketClient } from '../../src/services/realtime/socketClient.ts';

/** A server on memory in this process, and a worker for it. */
export async function startServerAndWorker(): Promise<{ server: RunningServer; publisher: JobPublisher }> {
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }) });
  onTestFinished(server.close);
  const publisher = createJobPublisher({
    url: server.url,
    workerKey: DEVELOPMENT_WORKER_KEY,
    settings: { batchMs: 1 },
  });
  onTestFinished(publisher.close);
  return { server, publisher };
}

/** `errors` are the codes of those that it tells in the background, and `messages` what they say. */
export function createClient(options: DesktopClientOptions): {
  client: SocketClient;
  errors: string[];
  messages: string[];
} {
  const client = createDesktopClient(options);
  onTestFinished(client.stop);
  const errors: string[] = [];
  const messages: string[] = [];
  client.onError(({ code, message }) => {
    errors.push(code);
    messages.push(message);
  });
  return { client, errors, messages };
}
