import { clientPage, type ClientPage, type PageSurroundings } from '@regen/realtime-mocks';
import { panelStoreOf } from '../../src/components/realtime/panelStore.ts';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';

/** A page in a story: the production client on the mock's surroundings. */
export type StoryPage = ClientPage<SocketClient>;

/** Between two deliveries while a scenario is sought; ms of its time. */
const HELD_MS = 500;

export function createStoryPage(surroundings: PageSurroundings): StoryPage {
  const client = createSocketClient(surroundings);
  // A story is drawn once its moment is reached; until then this watches in the place of its components.
  client.watchJobs();
  const leavePanel = panelStoreOf(client).subscribe(() => undefined);
  let held: ReturnType<typeof client.clock.setTimeout> | undefined;
  return {
    ...clientPage(client),
    close: () => {
      client.clock.clearTimeout(held);
      leavePanel();
      client.stop();
    },
    hold: () => {
      // On its way to another moment a page is drawn seldom, but it is drawn: what it does by itself it does there too.
      const pass = (): void => {
        held = client.clock.setTimeout(() => {
          client.scheduler.release();
          client.scheduler.hold();
          pass();
        }, HELD_MS);
      };
      client.scheduler.hold();
      pass();
    },
    release: () => {
      client.clock.clearTimeout(held);
      client.scheduler.release();
    },
  };
}
