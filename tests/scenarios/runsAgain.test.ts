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

test('a job that runs again under its id is followed again; what it was stays until then, and nothing is called damaged', async () => {
  const player = createPlayer({ scenario, createPage: createTestPage });
  const shown = async (time: number) => {
    await player.seek(time);
    const { page, refusals } = player.getState();
    if (page === null) throw new Error('no page is open');
    expect(refusals).toEqual([]);
    const entry = page.client.store.getState().jobs.get('nightly');
    const text = page.client.textOf('nightly').read().rope.toString();
    return { status: entry?.job?.status, text, errors: page.errors };
  };
  const monday = { status: 'completed', text: 'Of Monday.', errors: [] };
  expect(await shown(4_000)).toEqual(monday);
  expect(await shown(11_900)).toEqual(monday);
  expect(await shown(13_000)).toEqual({ status: 'running', text: 'Of Tuesday.', errors: [] });
  expect(await shown(20_000)).toMatchObject({ status: 'completed', text: 'Of Tuesday.' });
  await player.dispose();
});
