import { createPlayer, type Scenario } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { createTestPage } from './testPage.ts';

const scenario: Scenario = {
  id: 'runs-again',
  title: 'A job runs again under its id',
  summary: 'It had ended; the store lost it, and somebody began it anew.',
  durationMs: 20_000,
  steps: [
    { at: 0, do: 'worker:create', job: 'nightly', title: 'Nightly report' },
    { at: 500, do: 'worker:write', job: 'nightly', text: 'Of Monday.' },
    { at: 1_000, do: 'worker:complete', job: 'nightly' },
    { at: 5_000, do: 'server:restart', keepLog: false, downMs: 500 },
    { at: 12_000, do: 'worker:create', job: 'nightly', title: 'Nightly report' },
    { at: 12_500, do: 'worker:write', job: 'nightly', text: 'Of Tuesday.' },
    { at: 15_000, do: 'worker:complete', job: 'nightly' },
  ],
};

/** Plays the script to a time, and tells what its page shows of the job. */
function playing(script: Scenario) {
  const player = createPlayer({ scenario: script, createPage: createTestPage });
  return {
    dispose: player.dispose,
    shown: async (time: number) => {
      await player.seek(time);
      const { page, refusals } = player.getState();
      if (page === null) throw new Error('no page is open');
      expect(refusals).toEqual([]);
      const entry = page.client.store.getState().jobs.get('nightly');
      const text = page.client.textOf('nightly').read().rope.toString();
      return { status: entry?.job?.status, text, replaced: entry?.replaced, errors: page.errors };
    },
  };
}

const monday = { status: 'completed', text: 'Of Monday.', replaced: false, errors: [] };

test('a job that runs again under its id is followed again; what it was stays until then, and nothing is called damaged', async () => {
  const { shown, dispose } = playing(scenario);
  expect(await shown(4_000)).toEqual(monday);
  expect(await shown(11_900)).toEqual(monday);
  expect(await shown(13_000)).toEqual({ ...monday, status: 'running', text: 'Of Tuesday.' });
  expect(await shown(20_000)).toEqual({ ...monday, text: 'Of Tuesday.' });
  await dispose();
});

test('a second run that began and failed while the network was gone is fetched when it is back', async () => {
  const { shown, dispose } = playing({
    ...scenario,
    id: 'runs-again-unseen',
    durationMs: 40_000,
    steps: [
      ...scenario.steps.slice(0, 3),
      { at: 4_500, do: 'network:cut' },
      { at: 5_000, do: 'server:restart', keepLog: false, downMs: 500 },
      { at: 8_000, do: 'worker:create', job: 'nightly', title: 'Nightly report' },
      { at: 8_500, do: 'worker:write', job: 'nightly', text: 'Of Tuesday.' },
      { at: 9_000, do: 'worker:fail', job: 'nightly', code: 'forbidden', message: 'No access.', retryable: false },
      { at: 15_000, do: 'network:restore' },
    ],
  });
  expect(await shown(14_000)).toEqual(monday);
  expect(await shown(40_000)).toEqual({ ...monday, status: 'failed', text: 'Of Tuesday.' });
  await dispose();
});
