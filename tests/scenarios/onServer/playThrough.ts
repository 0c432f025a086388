import { createSeededRandom, seedOf, type Scenario } from '@regen/realtime-mocks';
import { beginRun } from '../../../mocks/run.ts';
import type { World } from '../../../mocks/world.ts';
import { panelStoreOf } from '../../../src/components/realtime/panelStore.ts';
import { createTestPage, type TestPage } from '../testPage.ts';
import { observe } from './observed.ts';

/** What could be seen at one moment of a scenario; `page` null where none was open. */
export interface Moment {
  time: number;
  page: unknown;
  refusals: readonly string[];
}

/** Plays a scenario to its end, and tells what its page held and showed at each of these times. */
export async function playThrough(scenario: Scenario, world: World, times: readonly number[]): Promise<Moment[]> {
  // The mock's page draws from the same numbers as its server; for both to draw alike each page has its own.
  const random = createSeededRandom(seedOf(scenario.id));
  const run = beginRun<TestPage>({
    scenario,
    world,
    speed: 1,
    createPage: ({ ports, ...surroundings }) => {
      const page = createTestPage({ ...surroundings, ports: { ...ports, random } });
      const leavePanel = panelStoreOf(page.client).subscribe(() => undefined);
      return {
        ...page,
        close: () => {
          leavePanel();
          page.close();
        },
      };
    },
    onPage: () => undefined,
  });
  const moments: Moment[] = [];
  for (const time of times) {
    await run.seek(time);
    const page = run.page();
    // A copy, as it is now.
    moments.push(structuredClone({ time, page: page && observe(page), refusals: run.refusals }));
  }
  await run.dispose();
  return moments;
}
