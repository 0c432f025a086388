import { expect, test } from 'vitest';
import { createSocketClient, type SocketClient } from '../src/services/realtime/socketClient.ts';
import { createPlayer, type Page, type PageSurroundings } from './player.ts';
import { happyPath } from './scenarios/happyPath.ts';
import { MARKET_STUDY } from './scenarios/texts.ts';

interface TestPage extends Page {
  client: SocketClient;
}

function createTestPage(surroundings: PageSurroundings): TestPage {
  const client = createSocketClient(surroundings);
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

test('the happy path runs from the worker to the page', async () => {
  const player = createPlayer({ scenario: happyPath, createPage: createTestPage });
  const errors: string[] = [];
  player.getState();
  await player.seek(300);
  player.getState().page?.client.onError((error) => errors.push(error.message));
  await player.seek(9_000);
  const running = player.getState().page?.client.store.getState().jobs.get('7f3a91c2');
  expect(running?.job).toMatchObject({ status: 'running', step: { id: 'writing' } });
  expect(running?.sync).toEqual({ kind: 'live' });
  await player.seek(22_000);
  const state = player.getState();
  const job = state.page?.client.store.getState().jobs.get('7f3a91c2')?.job;
  expect(state.refusals).toEqual([]);
  expect(errors).toEqual([]);
  expect(job).toMatchObject({ status: 'completed', progress: 100 });
  expect(job?.channels['output']?.text.toString()).toBe(MARKET_STUDY);
  await player.dispose();
});
