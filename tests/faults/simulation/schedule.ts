import { createSeededRandom } from '@regen/realtime-mocks';
import type { Random } from '@regen/realtime-shared';

/** What goes wrong, or what somebody does, `at` ms after the start. Numbers of tabs and jobs wrap around. */
export type Step = { at: number } & (
  | { do: 'drop'; tab: number | 'all' }
  /** The tab loses its connection, and nobody gets a new one. */
  | { do: 'refuse'; tab: number; forMs: number }
  | { do: 'half_open'; tab: number | 'all'; forMs: number }
  | { do: 'delay'; ms: number; forMs: number }
  /** Of the next `times` job events on their way down to a tab. */
  | { do: 'duplicate' | 'reorder' | 'hole' | 'overlap'; tab: number; times: number }
  /** The server's process dies and comes back with its log. */
  | { do: 'restart'; node: number; forMs: number }
  | { do: 'drain'; node: number; forMs: number }
  /** What the store pushes to the servers. */
  | { do: 'lose_pushes' | 'double_pushes' | 'late_pushes'; forMs: number }
  | { do: 'outage'; forMs: number }
  /** `token`: the worker that takes over knows the token of the one that died; else it waits for the lease. */
  | { do: 'crash_worker'; job: number; forMs: number; token: boolean }
  /** The worker does not run for so long, while another takes its job over; then it goes on as if nothing was. */
  | { do: 'zombie_worker'; job: number; forMs: number }
  /** Calls of workers, or the answers to them, get lost. */
  | { do: 'lose_calls' | 'lose_answers'; forMs: number }
  | { do: 'reload' | 'crash_page'; tab: number; forMs: number }
  | { do: 'hide' | 'offline'; tab: number; forMs: number }
  /** Somebody stops looking at a job and looks again. */
  | { do: 'look_away'; tab: number; job: number; forMs: number }
  /** Tokens that are given out meanwhile end soon; the tab connects with one. */
  | { do: 'short_tokens'; tab: number; forMs: number }
  | { do: 'cancel'; tab: number; job: number }
  /** The last events of a job are gone from the log. Without `refill` its worker is gone as well. */
  | { do: 'lose_tail'; job: number; events: number; refill: boolean }
  | { do: 'lose_log' }
);
export type StepName = Step['do'];

export interface Schedule {
  /** Of all that is left to chance while the schedule runs: latencies, sizes, moments. */
  seed: number;
  tabs: number;
  jobs: number;
  steps: readonly Step[];
}

/** Steps after which a log may have lost what it told: only then a reset is allowed. */
export const LOSSES: readonly StepName[] = ['lose_tail', 'lose_log'];

const WINDOW_MS = 2_400;

/** How often each step is drawn. */
const WEIGHTS: Readonly<Record<StepName, number>> = {
  drop: 4,
  refuse: 2,
  half_open: 2,
  delay: 2,
  duplicate: 2,
  reorder: 3,
  hole: 3,
  overlap: 3,
  restart: 3,
  drain: 1,
  lose_pushes: 3,
  double_pushes: 2,
  late_pushes: 2,
  outage: 1,
  crash_worker: 3,
  zombie_worker: 2,
  lose_calls: 1,
  lose_answers: 2,
  reload: 2,
  crash_page: 2,
  hide: 1,
  offline: 1,
  look_away: 3,
  short_tokens: 2,
  cancel: 1,
  lose_tail: 0,
  lose_log: 0,
};
/** In every sixth schedule the store loses something, too. */
const LOSSY: Readonly<Record<StepName, number>> = { ...WEIGHTS, lose_tail: 6, lose_log: 3 };

export function scheduleOf(seed: number): Schedule {
  const random = createSeededRandom(seed);
  const weights = random() < 1 / 6 ? LOSSY : WEIGHTS;
  const count = 2 + Math.floor(random() * 7);
  const steps = Array.from({ length: count }, () => drawStep(random, weights)).toSorted((a, b) => a.at - b.at);
  return { seed, tabs: 1 + Math.floor(random() * 3), jobs: 1 + Math.floor(random() * 2), steps };
}

function drawStep(random: Random, weights: Readonly<Record<StepName, number>>): Step {
  const below = (limit: number): number => Math.floor(random() * limit);
  const name = draw(random, weights);
  const at = below(WINDOW_MS);
  const tab = below(3);
  const job = below(2);
  const node = below(2);
  // Squared: mostly short, now and then long.
  const forMs = 20 + Math.floor(random() ** 2 * 1_500);
  switch (name) {
    case 'drop':
      return { at, do: name, tab: random() < 0.4 ? 'all' : tab };
    case 'half_open':
      return { at, do: name, tab: random() < 0.4 ? 'all' : tab, forMs };
    case 'lose_pushes':
    case 'double_pushes':
    case 'late_pushes':
    case 'outage':
    case 'lose_calls':
    case 'lose_answers':
      return { at, do: name, forMs };
    case 'delay':
      return { at, do: name, ms: 10 + below(300), forMs };
    case 'duplicate':
    case 'reorder':
    case 'hole':
    case 'overlap':
      return { at, do: name, tab, times: 1 + below(4) };
    case 'restart':
    case 'drain':
      return { at, do: name, node, forMs };
    case 'crash_worker':
      return { at, do: name, job, forMs: forMs * (random() < 0.2 ? 4 : 1), token: random() < 0.5 };
    case 'zombie_worker':
      return { at, do: name, job, forMs };
    case 'refuse':
    case 'short_tokens':
    case 'reload':
    case 'crash_page':
    case 'hide':
    case 'offline':
      return { at, do: name, tab, forMs };
    case 'look_away':
      return { at, do: name, tab, job, forMs };
    case 'cancel':
      return { at, do: name, tab, job };
    case 'lose_tail':
      return { at, do: name, job, events: 1 + below(30), refill: random() < 0.5 };
    case 'lose_log':
      return { at, do: name };
  }
}

function draw(random: Random, weights: Readonly<Record<StepName, number>>): StepName {
  const names = Object.keys(weights) as StepName[];
  let rest = random() * names.reduce((sum, name) => sum + weights[name], 0);
  for (const name of names) {
    rest -= weights[name];
    if (rest < 0) return name;
  }
  return 'drop';
}

/** A schedule on a few lines, to be read and to be repeated. */
export function describeSchedule({ seed, tabs, jobs, steps }: Schedule): string {
  const lines = steps.map((step) => `  ${JSON.stringify(step)}`);
  return [`seed ${String(seed)}, ${String(tabs)} tab(s), ${String(jobs)} job(s)`, ...lines].join('\n');
}
