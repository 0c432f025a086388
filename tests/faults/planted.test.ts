import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner, type Plugin, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLANTED_BUGS, type Edit, type PlantedBug } from './plantedBugs.ts';
import type * as Schedules from './simulation/schedule.ts';
import type * as Simulation from './simulation/simulate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT = 1_000;

let server: ViteDevServer;
let edits: readonly Edit[] = [];
let planted: Edit[] = [];
const caught: string[] = [];

/** Changes the source on its way into the simulation; the files stay as they are. */
const plant: Plugin = {
  name: 'regen:plant',
  enforce: 'pre',
  transform(source, id) {
    const mine = edits.filter((edit) => id.split('?')[0] === `${ROOT}${edit.file}`);
    return mine.reduce((text, edit) => {
      const pieces = text.split(edit.find);
      if (pieces.length !== 2) {
        throw new Error(
          `${edit.file} holds ${JSON.stringify(edit.find)} ${String(pieces.length - 1)} times, not once.`,
        );
      }
      planted.push(edit);
      return pieces.join(edit.replace);
    }, source);
  },
};

beforeAll(async () => {
  server = await createServer({
    root: ROOT,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions: ['@regen/source'] } },
    plugins: [plant],
  });
});

afterAll(async () => {
  await server.close();
  process.stdout.write(`${caught.join('\n')}\n`);
});

/** The number of schedules until the simulation noticed; `null` where it did not. */
async function schedulesUntilCaught(bug: PlantedBug | null, limit: number): Promise<number | null> {
  edits = bug?.edits ?? [];
  planted = [];
  const environment = server.environments['ssr'];
  if (environment === undefined) throw new Error('Vite has an environment for servers.');
  environment.moduleGraph.invalidateAll();
  const runner = createServerModuleRunner(environment, { hmr: false });
  try {
    const { scheduleOf } = await runner.import<typeof Schedules>('/tests/faults/simulation/schedule.ts');
    const { simulate } = await runner.import<typeof Simulation>('/tests/faults/simulation/simulate.ts');
    expect(planted).toHaveLength(edits.length);
    for (let seed = 1; seed <= limit; seed += 1) {
      const { wrong } = await simulate(scheduleOf(seed));
      if (wrong.length > 0) return seed;
    }
    return null;
  } finally {
    await runner.close();
  }
}

test('nothing is planted: the same schedules pass', async () => {
  expect(await schedulesUntilCaught(null, 40)).toBeNull();
}, 60_000);

test.each(PLANTED_BUGS)(
  'caught: $name',
  async (bug) => {
    const schedules = await schedulesUntilCaught(bug, LIMIT);
    caught.push(`${bug.name}: after ${schedules === null ? `not ${String(LIMIT)}` : String(schedules)} schedules`);
    expect(schedules).not.toBeNull();
  },
  60_000,
);
