import { clientPage, type ClientPage, type PageSurroundings } from '@regen/realtime-mocks';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';

export interface TestPage extends ClientPage<SocketClient> {
  /** The codes of what the client reported, oldest first. */
  errors: string[];
}

/** A page without a screen: the production client, watching the user's jobs. */
export function createTestPage(surroundings: PageSurroundings): TestPage {
  const client = createSocketClient(surroundings);
  const errors: string[] = [];
  client.onError((error) => errors.push(error.code));
  client.watchJobs();
  return { ...clientPage(client), errors };
}
