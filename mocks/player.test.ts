import { expect, test } from 'vitest';
import { createTestPage } from '../tests/scenarios/testPage.ts';
import { createPlayer } from './player.ts';
import { happyPath } from './scenarios/happyPath.ts';
import { MARKET_STUDY } from './scenarios/texts.ts';

test('the happy path runs from the worker to the page', async () => {
  const player = createPlayer({ scenario: happyPath, createPage: createTestPage });
  await player.seek(9_000);
  const running = player.getState().page?.client.store.getState().jobs.get('7f3a91c2');
  expect(running?.job).toMatchObject({ status: 'running', step: { id: 'writing' } });
  expect(running?.sync).toEqual({ kind: 'live' });
  await player.seek(22_000);
  const state = player.getState();
  const job = state.page?.client.store.getState().jobs.get('7f3a91c2')?.job;
  expect(state.refusals).toEqual([]);
  expect(state.page?.errors).toEqual([]);
  expect(job).toMatchObject({ status: 'completed', progress: 100 });
  expect(job?.channels['output']?.text.toString()).toBe(MARKET_STUDY);
  await player.dispose();
});
