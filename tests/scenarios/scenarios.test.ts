import { createPlayer } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import * as scenarios from '../../mocks/scenarios/index.ts';
import { createTestPage } from './testPage.ts';

const { SCENARIOS, ...exported } = scenarios;

test('every scenario that can be imported is in the list, and the other way round', () => {
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).toSorted();
  expect(ids(SCENARIOS)).toEqual(ids(Object.values(exported)));
});

test('every scenario has an id of its own', () => {
  const ids = SCENARIOS.map((scenario) => scenario.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
  '%s: nothing is refused, and in the end the page has what the server has',
  async (_id, scenario) => {
    const player = createPlayer({ scenario, createPage: createTestPage });
    await player.seek(scenario.durationMs);
    const { page, refusals } = player.getState();
    expect(refusals).toEqual([]);
    if (page === null) throw new Error('no page is open at the end');
    const { jobs, connection } = page.client.store.getState();
    for (const entry of jobs.values()) {
      if (entry.job === null || entry.sync.kind !== 'live' || connection.socketStatus !== 'connected') continue;
      const answer = await player
        .surroundings()
        .backend.workers.get({ caller: { kind: 'worker' }, jobId: entry.jobId });
      if (!('body' in answer)) continue;
      const { channels, ...rest } = entry.job;
      const { channels: serverChannels, ...server } = answer.body.job;
      expect(rest).toEqual(server);
      for (const [name, channel] of Object.entries(serverChannels)) {
        const mine = channels[name];
        expect(mine?.text.slice(channel.offset - (mine.offset ?? 0))).toBe(channel.text);
      }
    }
    await player.dispose();
    expect(player.surroundings().link.connections).toBe(0);
    expect(player.surroundings().clock.pending()).toBe(0);
  },
);
