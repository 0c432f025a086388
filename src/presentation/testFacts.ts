/** Facts for the tests of the view models: a plain state of each kind, with what a test is about laid over it. */
import type { JobStep } from '@regen/realtime-shared';
import { createRope } from '../services/realtime/outputRope.ts';
import type { ClientJobState, ConnectionState, JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';

/** Local time of all facts, ms since the Unix epoch. */
export const NOW: number = 1_800_000_000_000;

export function connectionFacts(over: Partial<ConnectionState> = {}): ConnectionState {
  return {
    socketStatus: 'connected',
    everConnected: true,
    retryCount: 0,
    nextRetryAt: null,
    lostAt: null,
    lossIsLasting: false,
    online: true,
    refusal: null,
    degraded: false,
    draining: false,
    roundTripMs: 38,
    lastContactAt: NOW - 2_000,
    reconnectCount: 3,
    ...over,
  };
}

/** A loss that has lasted, 12 s ago; the third attempt is 4 s away. */
export const LOST: Partial<ConnectionState> = {
  socketStatus: 'reconnecting',
  lostAt: NOW - 12_000,
  lossIsLasting: true,
  retryCount: 3,
  nextRetryAt: NOW + 4_000,
};

export const STEPS: readonly JobStep[] = [
  { id: 'thinking', label: 'Thinking', status: 'completed', startedAt: NOW - 102_000, finishedAt: NOW - 90_000 },
  {
    id: 'searching',
    label: 'Searching',
    status: 'completed',
    startedAt: NOW - 90_000,
    finishedAt: NOW - 59_000,
    startedAtProgress: 8,
  },
  { id: 'writing', label: 'Writing', status: 'active', startedAt: NOW - 59_000, startedAtProgress: 31 },
];

/** The same steps where no percentage was ever reported. */
export const STEPS_WITHOUT_PROGRESS: readonly JobStep[] = [
  { id: 'reading', label: 'Reading', status: 'completed', startedAt: NOW - 48_000, finishedAt: NOW - 19_000 },
  { id: 'clustering', label: 'Clustering', status: 'active', startedAt: NOW - 19_000 },
  { id: 'drafting', label: 'Drafting', status: 'pending' },
];

/** A running job at 62%, unless `over` says otherwise. */
export function jobFacts(over: Partial<ClientJobState> = {}): ClientJobState {
  return {
    jobId: '7f3a91c2',
    title: 'Market study',
    status: 'running',
    progress: 62,
    step: { id: 'writing', label: 'Writing' },
    createdAt: NOW - 104_000,
    startedAt: NOW - 102_000,
    epoch: 'e1',
    sequence: 40,
    etaMs: 50_000,
    steps: STEPS,
    channels: { output: { text: createRope('Cold storage'), offset: 0 } },
    cancelRequested: false,
    resumeRequested: false,
    resumable: false,
    ...over,
  };
}

/** A live entry of `jobFacts(job)`. */
export function entryFacts(job: Partial<ClientJobState> = {}, over: Partial<JobEntry> = {}): JobEntry {
  const state = jobFacts(job);
  return {
    jobId: state.jobId,
    job: state,
    summary: null,
    sync: { kind: 'live' },
    outcome: 'live',
    cancel: 'none',
    resume: 'none',
    gaps: [],
    replaced: false,
    lastEventAt: NOW - 500,
    ...over,
  };
}

export function stateFacts(entries: readonly JobEntry[], connection: Partial<ConnectionState> = {}): RealtimeState {
  return {
    connection: connectionFacts(connection),
    restored: [],
    jobs: new Map(entries.map((entry) => [entry.jobId, entry])),
    serverTimeOffset: 0,
    user: null,
    userGeneration: 0,
  };
}
