import type { Page, PageSurroundings } from '@regen/realtime-mocks';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';

/** A page in a story: the production client on the mock's surroundings. */
export interface StoryPage extends Page {
  client: SocketClient;
}

export function createStoryPage(surroundings: PageSurroundings): StoryPage {
  const client = createSocketClient(surroundings);
  // A story is drawn once its moment is reached; until then this watches in the place of its components.
  client.watchJobs();
  return {
    client,
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
