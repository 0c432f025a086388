import type { Page, PageSurroundings } from '@regen/realtime-mocks';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';

export interface TestPage extends Page {
  client: SocketClient;
  errors: string[];
}

/** A page without a screen: the production client, watching the user's jobs. */
export function createTestPage(surroundings: PageSurroundings): TestPage {
  const client = createSocketClient(surroundings);
  const errors: string[] = [];
  client.onError((error) => errors.push(error.code));
  client.watchJobs();
  return {
    client,
    errors,
    open: () => client.start(),
    close: () => {
      client.stop();
    },
    cancel: (jobId) => client.cancelJob(jobId),
    resume: (jobId) => client.resumeJob(jobId),
    retryNow: () => {
      client.retryNow();
    },
    hold: () => {
      client.scheduler.hold();
    },
    release: () => {
      client.scheduler.release();
    },
  };
}
