import { createWorkerApi, memoryJobLog } from '@regen/realtime-core';
import { createSeededRandom, createVirtualClock } from '@regen/realtime-mocks';
import { createBrowser } from './browser.ts';
import { createNetwork } from './network.ts';
import { createNode } from './node.ts';
import { openPage, type SimulatedPage } from './page.ts';
import type { Schedule, Step } from './schedule.ts';
import { hit, type Tally } from './tally.ts';
import { writeToken } from './token.ts';
import { createTruth } from './truth.ts';
import { WATCHING_TAB, judge } from './verdict.ts';
import { startWorker, type SimulatedWorker, type Work, type WorkerLine } from './worker.ts';

export interface Report {
  /** What must not have happened, in words; none: the schedule passed. */
  wrong: readonly string[];
  tally: Tally;
  resets: number;
  deliveries: number;
  events: number;
}

/** So long after the last fault has healed every page shows what the server has; ms. */
const CONVERGES_WITHIN_MS = 5_000;
const LEASE_MS = 1_500;
/** Of a token that ends soon. */
const TOKEN_LIFE_MS = 600;

/** One macrotask: every promise that waits for nothing but its turn has had it. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Plays one schedule with the production client, gateway and log, and judges it: what every page showed at every moment,
 * what all of them show 5 s after the last fault has healed, and what is left behind at the end.
 */
export async function simulate(schedule: Schedule): Promise<Report> {
  const { seed } = schedule;
  const wrong: string[] = [];
  const tally: Tally = new Map();
  const clock = createVirtualClock();
  const random = createSeededRandom(seed * 7 + 1);
  const truth = createTruth();
  const start = clock.now();
  const advance = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, { settle });
  const onRejection = (reason: unknown): void => {
    wrong.push(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
  };
  process.on('unhandledRejection', onRejection);

  // ---- The log and the servers

  const log = memoryJobLog({
    clock,
    random: createSeededRandom(seed * 7 + 2),
    leaseMs: LEASE_MS,
    lostMs: 3 * LEASE_MS,
    onError: (error) => wrong.push(`a listener of the log threw: ${String(error)}`),
  });
  const pushFates: ('lose_pushes' | 'double_pushes' | 'late_pushes')[] = [];
  log.faults.interceptPushes((_jobId, message, deliver) => {
    if (message.kind === 'events') truth.append(message.events);
    const fate = pushFates.at(-1);
    if (fate !== undefined) hit(tally, fate);
    if (fate === 'lose_pushes') return;
    if (fate === 'late_pushes') {
      clock.setTimeout(deliver, Math.floor(random() * 200));
      return;
    }
    deliver();
    if (fate === 'double_pushes') deliver();
  });
  const takeover = log.takeover.bind(log);
  log.takeover = async (request) => {
    const taken = await takeover(request);
    if (taken.kind === 'taken') truth.takeover(request.jobId, taken.epoch, taken.sequence);
    return taken;
  };
  const onError = (error: unknown, context: string): void => {
    wrong.push(`the gateway reported, ${context}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  };
  const nodes = [0, 1].map(() => createNode({ clock, random, log, onError, onWrong: (each) => wrong.push(each) }));
  const network = createNetwork({
    clock,
    random,
    tally,
    accept: (end, token) => {
      const up = nodes.filter((node) => node.isUp());
      return up[Math.floor(random() * up.length)]?.accept(end, token) ?? null;
    },
  });

  // ---- Workers

  const api = createWorkerApi({
    log,
    gateway: { follow: () => Promise.resolve({ kind: 'missing' }) },
    clock,
    random,
    onError,
  });
  const lostCalls: ('lose_calls' | 'lose_answers')[] = [];
  const line: WorkerLine = {
    call: async (send) => {
      const travel = (): Promise<void> =>
        new Promise((resolve) => {
          clock.setTimeout(resolve, 1 + Math.floor(random() * 8));
        });
      await travel();
      const lost = lostCalls.at(-1);
      if (lost !== undefined) hit(tally, lost);
      const answer = lost === 'lose_calls' ? 'no answer' : await send();
      await travel();
      return lost === undefined ? answer : 'no answer';
    },
  };
  const works = Array.from(
    { length: schedule.jobs },
    (_, index): Work & { worker: SimulatedWorker | null; vanished: boolean } => ({
      jobId: `job-${String(index)}`,
      variant: 0,
      length: 15 + Math.floor(random() * 45),
      ends: random() < 0.6,
      token: undefined,
      worker: null,
      vanished: false,
      runsAgain: false,
    }),
  );
  const zombies: SimulatedWorker[] = [];

  function employ(work: (typeof works)[number], begin: Parameters<typeof startWorker>[0]['begin']): void {
    work.worker = startWorker({
      work,
      clock,
      random,
      api,
      line,
      begin,
      onError: (message) => wrong.push(`worker: ${message}`),
    });
  }
  for (const work of works) employ(work, { how: 'create' });
  // ---- Pages

  const jobIds = works.map(({ jobId }) => jobId);
  const browsers = [createBrowser(), createBrowser()];
  const closed: SimulatedPage[] = [];
  const tokensEnd: true[] = [];
  let opened = 0;
  function open(tab: number): SimulatedPage {
    opened += 1;
    const browser = browsers[tab === 2 ? 1 : 0];
    if (browser === undefined) throw new Error('There are two browsers.');
    return openPage({
      name: `tab ${String(tab)} (page ${String(opened)})`,
      tab,
      browser,
      network,
      clock,
      random,
      truth,
      jobs: tab === WATCHING_TAB ? [] : jobIds,
      watches: tab > 0,
      token: () => writeToken('ann', tokensEnd.length > 0 ? clock.now() + TOKEN_LIFE_MS : null),
    });
  }
  await advance(50);
  const pages: (SimulatedPage | null)[] = Array.from({ length: schedule.tabs }, (_, tab) => open(tab));

  // ---- The schedule

  /** What ends a step's fault, in the order in which it is due. */
  const healing = new Set<() => void>();
  let healedAt = clock.now();
  function until(forMs: number, heal: () => void): void {
    const once = (): void => {
      if (!healing.delete(once)) return;
      clock.clearTimeout(timer);
      heal();
      healedAt = clock.now();
    };
    healing.add(once);
    const timer = clock.setTimeout(once, forMs);
  }
  function during<Item>(list: Item[], item: Item, forMs: number): void {
    list.push(item);
    until(forMs, () => {
      list.splice(list.lastIndexOf(item), 1);
    });
  }

  function take(step: Step): void {
    healedAt = clock.now();
    const tab = 'tab' in step && step.tab !== 'all' ? step.tab % schedule.tabs : 0;
    const link = 'tab' in step && step.tab !== 'all' ? tab : 'all';
    const page = pages[tab];
    const work = 'job' in step ? works[step.job % works.length] : undefined;
    const node = 'node' in step ? nodes[step.node] : undefined;
    switch (step.do) {
      case 'drop':
        network.cut(link);
        return;
      case 'half_open':
        until(step.forMs, network.halfOpen(link));
        return;
      case 'refuse':
        until(step.forMs, network.refuse());
        network.cut(tab);
        return;
      case 'delay':
        until(step.forMs, network.delay(step.ms));
        return;
      case 'short_tokens':
        during(tokensEnd, true, step.forMs);
        network.cut(tab);
        return;
      case 'duplicate':
      case 'reorder':
      case 'hole':
      case 'overlap':
        network.packets.arm(step.do, tab, step.times);
        return;
      case 'restart':
        if (node?.isUp() !== true) return;
        hit(tally, step.do);
        until(step.forMs, node.kill());
        return;
      case 'drain':
        if (node?.isUp() !== true) return;
        hit(tally, step.do);
        node.drain(100);
        until(100 + step.forMs, node.kill());
        return;
      case 'lose_pushes':
      case 'double_pushes':
      case 'late_pushes':
        during(pushFates, step.do, step.forMs);
        return;
      case 'lose_calls':
      case 'lose_answers':
        during(lostCalls, step.do, step.forMs);
        return;
      case 'outage':
        if (!log.isAvailable()) return;
        hit(tally, step.do);
        log.faults.setAvailable(false);
        until(step.forMs, () => {
          log.faults.setAvailable(true);
        });
        return;
      case 'crash_worker':
        if (work?.worker?.isBusy() !== true) return;
        hit(tally, step.do);
        work.worker.kill();
        work.worker = null;
        until(step.forMs, () => {
          if (work.worker === null) employ(work, { how: 'takeover', token: step.token ? work.token : undefined });
        });
        return;
      case 'zombie_worker': {
        const former = work?.worker;
        if (work === undefined || former?.isBusy() !== true) return;
        hit(tally, step.do);
        former.freeze();
        zombies.push(former);
        employ(work, { how: 'takeover', token: work.token });
        until(step.forMs, former.thaw);
        return;
      }
      case 'reload':
      case 'crash_page':
        if (page === null || page === undefined) return;
        hit(tally, step.do);
        if (step.do === 'reload') page.leave();
        else page.crash();
        // What is open of a page that is gone ends with it.
        network.cut(tab);
        closed.push(page);
        pages[tab] = null;
        until(step.forMs, () => {
          pages[tab] = open(tab);
        });
        return;
      case 'hide':
      case 'offline':
        if (page === null || page === undefined) return;
        hit(tally, step.do);
        page.signal(step.do === 'hide' ? 'hidden' : 'offline');
        if (step.do === 'offline') network.cut(tab);
        until(step.forMs, () => {
          if (pages[tab] === page) page.signal(step.do === 'hide' ? 'visible' : 'online');
        });
        return;
      case 'look_away': {
        if (page === null || page === undefined || work === undefined || tab === WATCHING_TAB) return;
        hit(tally, step.do);
        const lookAgain = page.lookAway(work.jobId);
        until(step.forMs, () => {
          if (pages[tab] === page) lookAgain();
        });
        return;
      }
      case 'cancel':
        if (page?.client.isReady() !== true || work === undefined) return;
        hit(tally, step.do);
        page.client.cancelJob(work.jobId).catch(() => undefined);
        return;
      case 'lose_tail': {
        if (work === undefined || truth.isOver(work.jobId)) return;
        const sequence = truth.sequenceOf(work.jobId);
        const kept = Math.max(1, sequence - step.events);
        if (kept >= sequence) return;
        hit(tally, step.do);
        // Before the log says a word of it: whoever takes over after this writes another text.
        truth.lost(work.jobId, kept);
        log.faults.loseTail(work.jobId, kept);
        if (step.refill && work.worker !== null) return;
        work.worker?.kill();
        work.variant += 1;
        employ(work, { how: 'takeover', token: work.token });
        return;
      }
      case 'lose_log':
        hit(tally, step.do);
        for (const each of works) {
          if (!truth.isOver(each.jobId)) continue;
          each.worker?.kill();
          each.worker = null;
          // What had ended is begun anew, as a nightly job is, or never again.
          each.runsAgain = random() < 0.5;
          each.vanished = !each.runsAgain;
        }
        truth.lostAll();
        log.faults.restartWithoutLog();
        for (const each of works) {
          if (!each.runsAgain || each.worker !== null) continue;
          each.variant += 1;
          employ(each, { how: 'create' });
        }
    }
  }

  for (const step of schedule.steps) {
    await clock.advanceTo(start + step.at, { settle });
    take(step);
  }

  // ---- All heals: what is broken is mended, and workers that are gone are replaced

  await clock.advanceTo(start + 2_600, { settle });
  for (const heal of [...healing]) heal();
  network.packets.disarm();
  for (const zombie of zombies) zombie.thaw();
  for (const work of works) work.worker?.hurry();
  for (let waited = 0; waited < 4 * LEASE_MS; waited += 100) {
    await advance(100);
    const busy = works.map((work) => {
      if (work.vanished || truth.isOver(work.jobId)) return false;
      if (work.worker?.isBusy() !== true) {
        employ(work, { how: 'takeover', token: undefined });
        healedAt = clock.now();
      }
      work.worker?.hurry();
      return truth.sequenceOf(work.jobId) < work.length;
    });
    if (!busy.includes(true)) break;
    healedAt = clock.now();
  }
  await clock.advanceTo(Math.max(healedAt, clock.now()) + CONVERGES_WITHIN_MS, { settle });

  // ---- The verdict

  for (const work of works) work.worker?.kill();
  for (const zombie of zombies) zombie.kill();
  await advance(250);
  const remaining = works.filter(({ vanished }) => !vanished);
  wrong.push(...(await judge(log, remaining, pages)));
  const living = pages.filter((page) => page !== null);
  const all = [...closed, ...living];
  for (const page of all) wrong.push(...page.witness.wrong);

  // ---- Nothing is left behind

  const forgotten = living.reduce((sum, page) => sum + page.stop(), 0);
  if (forgotten > 0) wrong.push(`${String(forgotten)} timers of stopped clients are left`);
  const held = browsers.reduce((sum, browser) => sum + browser.held(), 0);
  if (held > 0) wrong.push(`${String(held)} listeners of pages are left`);
  await advance(4_000);
  if (network.open() > 0) wrong.push(`${String(network.open())} connections are left`);
  for (const [index, node] of nodes.entries()) {
    const { connections, subscriptions, feeds, watchedOwners } = node.stats();
    const left = connections + subscriptions + feeds + watchedOwners;
    if (left > 0) wrong.push(`server ${String(index)} still holds ${JSON.stringify(node.stats())}`);
    const timers = node.stop();
    if (timers > 0) wrong.push(`${String(timers)} timers of server ${String(index)} are left`);
  }
  await advance(0);
  if (clock.pending() > 0) wrong.push(`${String(clock.pending())} timers are left`);
  process.off('unhandledRejection', onRejection);

  return {
    wrong,
    tally,
    resets: all.reduce((sum, page) => sum + page.witness.resets, 0),
    deliveries: all.reduce((sum, page) => sum + page.witness.deliveries, 0),
    events: jobIds.reduce((sum, jobId) => sum + truth.sequenceOf(jobId), 0),
  };
}
