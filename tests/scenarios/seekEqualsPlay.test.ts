import { createPlayer, type Scenario } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { createStoryPage } from '../../.storybook/realtime/storyPage.ts';
import { SCENARIOS } from '../../mocks/scenarios/index.ts';
import { panelStoreOf } from '../../src/components/realtime/panelStore.ts';
import { statusBarView } from '../../src/presentation/statusBarView.ts';

/** What a person would see at a moment, reached in these steps. */
async function seenAt(scenario: Scenario, steps: readonly number[]) {
  const player = createPlayer({ scenario, createPage: createStoryPage });
  for (const time of steps) await player.seek(time);
  const client = player.getState().page?.client;
  const state = client?.store.getState();
  const seen =
    client === undefined || state === undefined
      ? null
      : {
          bar: statusBarView(state, client.clock.now()).state,
          // A page that is sought is drawn twice a second, so its timer starts up to half a second late.
          panel: {
            ...panelStoreOf(client).getState(),
            collapseAt: panelStoreOf(client).getState().collapseAt !== null,
          },
          texts: [...state.jobs.values()].map((entry) => entry.job?.channels['output']?.text.toString()),
          jobs: [...state.jobs.values()].map((entry) => [entry.jobId, entry.job?.status, entry.sync.kind]),
        };
  await player.dispose();
  return seen;
}

test.each(
  SCENARIOS.filter((scenario) => scenario.moments !== undefined).map((scenario) => [scenario.id, scenario] as const),
)('%s: a link to its last moment shows what playing shows', async (_id, scenario) => {
  const moment = Math.max(...Object.values(scenario.moments ?? {}));
  const seconds = Array.from({ length: Math.floor(moment / 1_000) }, (_, second) => (second + 1) * 1_000);
  expect(await seenAt(scenario, [moment])).toEqual(await seenAt(scenario, [...seconds, moment]));
});
