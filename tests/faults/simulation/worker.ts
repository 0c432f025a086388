import type { ApiFailure, WorkerApi } from '@regen/realtime-core';
import type { ClockTimer, IngestEvent, Random } from '@regen/realtime-shared';
import { createScopedClock, type ScopedClock } from '../../../mocks/scopedClock.ts';
import { storyOf } from './story.ts';
import type { Clock } from '@regen/realtime-shared';

/** One job's work over all the workers that may have a hand in it. */
export interface Work {
  readonly jobId: string;
  /** Where it is written how often the work began anew, and so which text is the right one. */
  variant: number;
  /** Events that it takes, about. */
  readonly length: number;
  /** Whether it ends; else it goes on running. */
  readonly ends: boolean;
  /** Whether it had ended and was begun anew under its id. */
  runsAgain: boolean;
  /** The token of the worker that has the job, as its operator would find it. */
  token: string | undefined;
}

/** How a worker reaches the server: calls and answers take time and get lost. */
export interface WorkerLine {
  call<Result>(send: () => Promise<Result>): Promise<Result | 'no answer'>;
}

export interface SimulatedWorker {
  /** Dead: it does nothing any more. */
  kill(): void;
  /** Stands still and goes on. */
  freeze(): void;
  thaw(): void;
  /** Writes as fast as it can from here on. */
  hurry(): void;
  isBusy(): boolean;
}

const WORKER = { kind: 'worker' } as const;

/**
 * A worker as the protocol wants it: it numbers its events, repeats what was not answered, refills a log that lost its
 * tail from what it still has, begins anew where the log lost the job, and stops where another one has taken over.
 */
export function startWorker(options: {
  work: Work;
  clock: Clock;
  random: Random;
  api: WorkerApi;
  line: WorkerLine;
  /** Creates the job, or takes it over: with the token, or when its lease allows. */
  begin: { how: 'create' } | { how: 'takeover'; token: string | undefined };
  onError: (message: string) => void;
}): SimulatedWorker {
  const { work, random, api, line, onError } = options;
  const { jobId } = work;
  const clock: ScopedClock = createScopedClock(options.clock);
  let alive = true;
  let frozen: (() => void)[] | null = null;
  let hurried = false;
  let busy = true;
  let timer: { handle: ClockTimer; wake: () => void } | null = null;

  let writer = '';
  /** All events of this worker from `first` on. */
  let written: IngestEvent[] = [];
  let first = 1;
  let next = 1;
  let offsets: Record<string, number> = {};
  let paused = false;
  let over = false;

  async function sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      timer = { handle: clock.setTimeout(resolve, hurried ? Math.min(ms, 15) : ms), wake: resolve };
    });
    timer = null;
    if (frozen !== null) await new Promise<void>((resolve) => frozen?.push(resolve));
  }

  const sequence = (): number => first + written.length - 1;

  function chunkOf(channel: 'output' | 'reasoning'): IngestEvent {
    const offset = offsets[channel] ?? 0;
    const length = 1 + Math.floor(random() * 24);
    const text = storyOf(jobId, work.variant, channel).slice(offset, offset + length);
    offsets = { ...offsets, [channel]: offset + text.length };
    return { type: 'model:chunk:v1', timestamp: clock.now(), text, ...(channel === 'output' ? {} : { channel }) };
  }

  function eventOf(): IngestEvent {
    const timestamp = clock.now();
    const chance = random();
    if (paused) {
      paused = false;
      return { type: 'job:resumed', timestamp };
    }
    if (work.ends && sequence() >= work.length) {
      over = true;
      return { type: 'job:completed', timestamp, result: { events: sequence() + 1 } };
    }
    if (chance < 0.7) return chunkOf('output');
    if (chance < 0.78) return chunkOf('reasoning');
    if (chance < 0.88)
      return {
        type: 'job:progress',
        timestamp,
        progress: Math.min(99, sequence()),
        message: `at ${String(sequence())}`,
      };
    if (chance < 0.97) {
      const id = ['thinking', 'searching', 'writing'][sequence() % 3] ?? 'writing';
      return { type: 'job:step', timestamp, step: { id, status: random() < 0.6 ? 'active' : 'completed' } };
    }
    paused = true;
    return { type: 'job:paused', timestamp, reason: 'waits for somebody' };
  }

  /** Repeats a call until there is an answer that waiting does not change. */
  async function ask<Success extends { status: number }>(
    send: () => Promise<Success | ApiFailure>,
  ): Promise<Success | ApiFailure> {
    for (;;) {
      const answer = await line.call(send);
      if (answer !== 'no answer' && answer.status !== 503) return answer;
      await sleep(60);
    }
  }

  async function create(): Promise<boolean> {
    const answer = await ask(() =>
      api.createJob({ caller: WORKER, body: { jobId, ownerId: 'ann', title: `About ${jobId}`, kind: 'demo' } }),
    );
    if ('error' in answer) return fail('create', answer);
    // Without a token the job was there already: by a create whose answer was lost, or by another worker.
    if (answer.body.writer === undefined) return takeover(undefined);
    begin(answer.body.writer, 1);
    offsets = {};
    paused = false;
    return true;
  }

  async function takeover(known: string | undefined): Promise<boolean> {
    let token = known;
    for (;;) {
      const answer = await ask(() =>
        api.takeover({ caller: WORKER, jobId, body: token === undefined ? {} : { writer: token } }),
      );
      if ('error' in answer) {
        const { code, retryAfterMs } = answer.error;
        if (code === 'leased') await sleep((retryAfterMs ?? 0) + 1);
        else if (code === 'not_found') {
          work.variant += 1;
          return create();
        } else if (code === 'finished') return false;
        // A repeat of a takeover whose answer was lost: only the lease helps now.
        else if (code === 'fenced') token = undefined;
        else return fail('takeover', answer);
        continue;
      }
      const read = await ask(() => api.get({ caller: WORKER, jobId }));
      if ('error' in read) return read.error.code === 'not_found' ? takeover(undefined) : fail('get', read);
      const { job } = read.body;
      if (job.sequence !== answer.body.sequence || job.epoch !== answer.body.epoch) {
        token = answer.body.writer;
        continue;
      }
      begin(answer.body.writer, job.sequence);
      offsets = {};
      for (const [name, channel] of Object.entries(job.channels)) {
        offsets[name] = channel.offset + channel.text.length;
      }
      paused = job.status === 'paused' || job.status === 'failed';
      return true;
    }
  }

  function begin(token: string, at: number): void {
    writer = token;
    work.token = token;
    first = at + 1;
    next = first;
    written = [];
    over = false;
  }

  function fail(call: string, { error }: ApiFailure): false {
    onError(`${call} of ${jobId}: ${error.code}: ${error.message}`);
    return false;
  }

  /** Sends what was not answered. Resolves to false where this worker has nothing more to do. */
  async function flush(): Promise<boolean> {
    while (next <= sequence()) {
      const from = next;
      const events = written.slice(from - first, from - first + 50);
      const answer = await ask(() => api.append({ caller: WORKER, jobId, body: { events, from, writer } }));
      if (!('error' in answer)) {
        next = from + events.length;
        if (answer.body.cancelRequested && !over && !paused) {
          over = true;
          written.push({ type: 'job:cancelled', timestamp: clock.now(), reason: 'as you wished' });
        }
        continue;
      }
      switch (answer.error.code) {
        case 'gap': {
          const at = (answer.error.sequence ?? 0) + 1;
          if (at < first) return takeover(writer);
          next = at;
          break;
        }
        case 'not_found':
          work.variant += 1;
          if (!(await create())) return false;
          break;
        case 'fenced':
        case 'finished':
          return false;
        default:
          return fail('append', answer);
      }
    }
    return !over || next <= sequence();
  }

  async function live(): Promise<void> {
    const { begin: beginning } = options;
    if (!(beginning.how === 'create' ? await create() : await takeover(beginning.token))) return;
    for (;;) {
      const idle = !work.ends && sequence() >= work.length;
      if (idle) {
        const answer = await ask(() => api.heartbeat({ caller: WORKER, jobId, body: { writer } }));
        // Whoever finds the log shorter than it was finds it by writing.
        if ('error' in answer && answer.error.code !== 'not_found') return;
        if (paused || 'error' in answer || random() < 0.2) written.push(eventOf());
      } else {
        const size = 1 + Math.floor(random() ** 2 * (hurried ? 30 : 6));
        for (let index = 0; index < size && !over; index += 1) written.push(eventOf());
      }
      if (!(await flush())) return;
      await sleep(idle ? 400 : 5 + Math.floor(random() ** 2 * 180));
    }
  }

  void live().then(
    () => {
      busy = false;
    },
    (error: unknown) => {
      busy = false;
      if (alive) onError(String(error));
    },
  );

  return {
    kill: () => {
      alive = false;
      busy = false;
      clock.end();
    },
    freeze: () => {
      frozen ??= [];
    },
    thaw: () => {
      const waiting = frozen ?? [];
      frozen = null;
      for (const wake of waiting) wake();
    },
    hurry: () => {
      hurried = true;
      if (timer === null) return;
      clock.clearTimeout(timer.handle);
      timer.wake();
    },
    isBusy: () => busy,
  };
}
