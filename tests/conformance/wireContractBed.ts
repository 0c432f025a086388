import type { ApiCaller, ApiResult } from '@regen/realtime-core';
import {
  createJobReducer,
  stringText,
  type CreateJobRequest,
  type JobEvent,
  type JobSnapshot,
  type Position,
  type SubscribeResult,
} from '@regen/realtime-shared';
import { expect } from 'vitest';
import { checkedAnswers } from './checkedAnswers.ts';
import { until, watchSocket, type WireClient } from './wireClient.ts';
import type { WireHarness } from './wireHarness.ts';

/** What a worker was answered when it began a job. */
export interface Begun extends Position {
  jobId: string;
  writer: string;
}

/** One server with the everyday steps of the cases. */
export interface Bed {
  readonly harness: WireHarness;
  readonly clients: readonly WireClient[];
  /** HTTP answers that break the schemas. */
  readonly misfits: readonly string[];
  /** Told to connect; nothing is waited for. */
  open(token?: string | null): WireClient;
  /** Connected as a user. */
  connect(user?: string): Promise<WireClient>;
  create(request?: Partial<CreateJobRequest>): Promise<Begun>;
  /** Appends with `from` and `writer` where a writer is given, else as a tool. */
  append(jobId: string, ...events: Record<string, unknown>[]): Promise<Position>;
  read(jobId: string): Promise<JobSnapshot>;
  until(isSo: () => boolean, what: string, withinMs?: number): Promise<void>;
  /** Waits for what takes no time; throws where it does not become so without that. */
  atOnce(isSo: () => boolean, what: string): Promise<void>;
}

export const worker = { kind: 'worker' } as const;
/** `expiresAt`: when their sign-in ends, ms since the Unix epoch of the server; left out: never. */
export const user = (ownerId: string, expiresAt: number | null = null): ApiCaller => ({
  kind: 'user',
  ownerId,
  expiresAt,
});
export const chunk = (text: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'model:chunk:v1',
  text,
  ...more,
});
export const chunks = (count: number, length = 4): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => chunk(String(index).padStart(length, ' ')));
export const progress = (value: number | null, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'job:progress',
  progress: value,
  ...more,
});
export const failure = (retryable: boolean): Record<string, unknown> => ({
  type: 'job:failed',
  error: { code: 'busy', message: 'later', retryable },
});

/** The body of an answer that is none of the errors. */
export function bodyOf<Body, Status extends number>(result: ApiResult<Body, Status>): Body {
  if ('error' in result) throw new Error(`${String(result.status)} ${result.error.code}: ${result.error.message}`);
  return result.body;
}

export function errorOf(result: object): {
  status: number;
  code: string;
  message: string;
  sequence?: number;
  retryAfterMs?: number;
} {
  if (!('error' in result) || !('status' in result)) throw new Error(`No error: ${JSON.stringify(result)}`);
  const { status, error } = result as { status: number; error: { code: string; message: string } };
  return { status, ...error };
}

/** A subscribed client. */
export async function subscribed(bed: Bed): Promise<WireClient> {
  return (await follow(bed)).client;
}

/** A subscribed client and the state it was given. */
export async function follow(bed: Bed): Promise<{ client: WireClient; start: JobSnapshot }> {
  const client = await bed.connect();
  return { client, start: snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' })) };
}

export function snapshotOf(answer: SubscribeResult): JobSnapshot {
  if (answer.job === undefined) throw new Error(`${answer.outcome} came without a snapshot.`);
  return answer.job;
}

/** The sequences that a client's events cover, one by one. */
export function sequencesOf(client: WireClient): number[] {
  return client.events().flatMap((event) => {
    const first = 'firstSequence' in event ? (event.firstSequence ?? event.sequence) : event.sequence;
    return range(first, event.sequence);
  });
}

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const reducer = createJobReducer(stringText);

/**
 * The state behind a subscription that heard `client`'s events from `start` on: each must be the very next one. `start`
 * is where its ack stands; a reset starts anew.
 */
export function fold(start: JobSnapshot, client: WireClient): JobSnapshot {
  let state = start;
  for (const { name, payload } of client.heard) {
    if (name === 'job:reset') state = (payload as { job: JobSnapshot }).job;
    // Name and payload were checked against the schema when they arrived.
    const event = { type: name, ...(payload as object) } as JobEvent;
    if (!('sequence' in event) || event.jobId !== start.jobId) continue;
    if (event.sequence <= start.sequence && event.epoch === start.epoch) continue;
    const fit = reducer.fit(state, event);
    if (fit !== 'next') throw new Error(`${fit}: ${name} ${String(event.sequence)} after ${String(state.sequence)}`);
    state = reducer.reduce(state, event) ?? state;
  }
  return state;
}

export function createBed(server: WireHarness): Bed {
  const clients: WireClient[] = [];
  const misfits: string[] = [];
  const workers = checkedAnswers(server.workers, (misfit) => misfits.push(misfit));
  const harness: WireHarness = { ...server, workers };
  const open = (token: string | null = harness.tokenOf('ann')): WireClient => {
    const client = watchSocket(harness, harness.connect({ token }));
    clients.push(client);
    return client;
  };
  return {
    harness,
    clients,
    misfits,
    open,
    connect: async (name = 'ann') => {
      const client = open(harness.tokenOf(name));
      await until(harness, () => client.socket.connected, 'the connection');
      return client;
    },
    create: async (request = {}) => {
      const { writer, ...created } = bodyOf(
        await harness.workers.createJob({
          caller: worker,
          body: { jobId: 'job-1', ownerId: 'ann', title: 'A job', ...request },
        }),
      );
      if (writer === undefined) throw new Error('The job exists already.');
      return { ...created, writer };
    },
    append: async (jobId, ...events) =>
      bodyOf(await harness.workers.append({ caller: worker, jobId, body: { events } })),
    read: async (jobId) => bodyOf(await harness.workers.get({ caller: worker, jobId })).job,
    until: (isSo, what, withinMs) => until(harness, isSo, what, withinMs),
    atOnce: async (isSo, what) => {
      for (let tries = 0; tries < 10 && !isSo(); tries += 1) await harness.settle();
      if (!isSo()) throw new Error(`Time has to pass for ${what}.`);
    },
  };
}

/** Nothing that was heard breaks the schemas. */
export function expectFits(bed: Bed): void {
  expect(bed.misfits).toEqual([]);
  for (const client of bed.clients) expect(client.misfits).toEqual([]);
}

export interface WireCase {
  id: string;
  fact: string;
  /** What the server must be able to do for it. */
  needs: readonly (keyof WireHarness['can'])[];
  prove(bed: Bed): Promise<void>;
}

export function wireCase(id: string, fact: string, prove: WireCase['prove']): WireCase {
  return { id, fact, needs: [], prove };
}

export function wireCaseWith(needs: WireCase['needs'], id: string, fact: string, prove: WireCase['prove']): WireCase {
  return { id, fact, needs, prove };
}

/** A capability that the case was promised. */
export function can<Name extends keyof WireHarness['can']>(
  bed: Bed,
  name: Name,
): NonNullable<WireHarness['can'][Name]> {
  const ability = bed.harness.can[name];
  if (ability === undefined) throw new Error(`The server cannot ${name}.`);
  return ability;
}
