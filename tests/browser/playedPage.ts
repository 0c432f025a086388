import {
  clientPage,
  createPlayer,
  type ClientPage,
  type PageSurroundings,
  type Player,
  type Scenario,
} from '@regen/realtime-mocks';
import { onTestFinished } from 'vitest';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';

type PlayedPage = ClientPage<SocketClient>;

/** The production client on the mock. What `seek` passes is delivered frame by frame, as it is while playing. */
function createPlayedPage(surroundings: PageSurroundings): PlayedPage {
  return {
    ...clientPage(createSocketClient(surroundings)),
    hold: () => undefined,
    release: () => undefined,
  };
}

export interface Played {
  player: Player<PlayedPage>;
  client: SocketClient;
  /** Plays on to a time, ms since the start. */
  playTo(time: number): Promise<void>;
}

/** Opens the page of a scenario, ready for its components, and ends it after the test. */
export async function play(scenario: Scenario): Promise<Played> {
  const player = createPlayer({ scenario, createPage: createPlayedPage });
  onTestFinished(() => player.dispose());
  await player.seek(1);
  const { page } = player.getState();
  if (page === null) throw new Error('The scenario has not opened its page.');
  return {
    player,
    client: page.client,
    playTo: async (time) => {
      await player.seek(time);
      const { refusals } = player.getState();
      if (refusals.length > 0) throw new Error(`The scenario does what it may not: ${refusals.join('; ')}`);
    },
  };
}
