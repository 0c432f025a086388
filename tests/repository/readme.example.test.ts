import { createSocketClient } from '@regen/realtime/client';
import { clientPage, createPlayer, type Scenario } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';

const scenario: Scenario = {
  id: 'drop-while-writing',
  title: 'The line drops while a job writes',
  summary: 'Nothing that was written is lost.',
  durationMs: 20_000,
  steps: [
    { at: 0, do: 'worker:create', job: 'report-7', title: 'Report' },
    { at: 500, do: 'worker:write', job: 'report-7', text: 'Written before. ' },
    { at: 1_000, do: 'network:cut' },
    { at: 2_000, do: 'worker:write', job: 'report-7', text: 'Written meanwhile.' },
    { at: 9_000, do: 'network:restore' },
  ],
};

test('a job shows all of its text after the line was down', async () => {
  const player = createPlayer({
    scenario,
    createPage: (surroundings) => {
      const client = createSocketClient(surroundings);
      client.retainJob('report-7');
      return clientPage(client);
    },
  });
  await player.seek(20_000);
  const client = player.getState().page?.client;
  expect(client?.textOf('report-7').read().rope.toString()).toBe('Written before. Written meanwhile.');
  await player.dispose();
});
