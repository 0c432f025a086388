'use client';
import { useCallback, useEffect, useMemo } from 'react';
import type { CancelState, JobError, JobStatus, JobStep, ResumeState, StepReference } from '@regen/realtime-shared';
import type { JobEntry, JobSync, RealtimeState, SocketStatus } from '../services/realtime/realtimeStore.ts';
import { useRealtimeClient } from './RealtimeProvider.tsx';
import { useRealtimeSelector } from './useRealtimeSelector.ts';

/** A job as an application sees it; `idle` before anything is known. Times are ms since the Unix epoch. */
export interface JobProgressState {
  jobId: string;
  status: JobStatus | 'idle';
  title: string;
  kind?: string;
  /** 0 to 100; null while the worker reported none. */
  progress: number | null;
  message?: string;
  /** Remaining time in ms, as the worker reported it. */
  etaMs?: number;
  /** The step that became active last. */
  step?: StepReference;
  steps: readonly JobStep[];
  createdAt?: number;
  startedAt?: number;
  finishedAt?: number;
  error?: JobError;
  reason?: string;
  result?: unknown;
  cancelRequested: boolean;
  resumeRequested: boolean;
  resumable: boolean;
  workerSilentSince?: number;
}

export interface JobProgress {
  state: JobProgressState;
  /** Text is arriving: the job runs, is live, and has written something. */
  isStreaming: boolean;
  /**
   * The whole text of the `output` channel. Reading it costs its length at each change; a long text belongs into
   * `StreamText`, which appends.
   */
  readonly streamingText: string;
  /**
   * What `state` is worth: `live`, `catchingUp` with how far, `stale` without a connection, `holding`, `gone` where the
   * server has no such job (any more), `refused` with the server's code. `subscribing` before its first answer.
   */
  sync: JobSync;
  connection: { socketStatus: SocketStatus; retryCount: number };
  /** Number of the last event that is included; 0 before the first. */
  lastSequence: number;
  /** What the last subscribe got; null before its answer. */
  outcome: JobEntry['outcome'];
  /** Asks the worker to stop. Rejects with a `RealtimeError`. */
  cancel(reason?: string): Promise<CancelState>;
  /** Asks for a paused job to go on, or for a failed one to be tried again. Rejects with a `RealtimeError`. */
  resume(): Promise<ResumeState>;
}

const selectSocketStatus = (state: RealtimeState): SocketStatus => state.connection.socketStatus;
const selectRetryCount = (state: RealtimeState): number => state.connection.retryCount;

const SUBSCRIBING: JobSync = { kind: 'subscribing' };

/**
 * One job, live while mounted. Renders again at most once a frame. Outside of a provider the application starts the
 * page's client itself; see `useRealtimeClient`.
 */
export function useJobProgress(jobId: string): JobProgress {
  const client = useRealtimeClient();
  useEffect(() => client.retainJob(jobId), [client, jobId]);
  const selectEntry = useCallback((state: RealtimeState) => state.jobs.get(jobId), [jobId]);
  const entry = useRealtimeSelector(selectEntry);
  const socketStatus = useRealtimeSelector(selectSocketStatus);
  const retryCount = useRealtimeSelector(selectRetryCount);
  return useMemo(
    () => ({
      state: stateOf(jobId, entry),
      isStreaming:
        entry?.job?.status === 'running' &&
        entry.sync.kind === 'live' &&
        (entry.job.channels['output']?.text.length ?? 0) > 0,
      get streamingText() {
        return entry?.job?.channels['output']?.text.toString() ?? '';
      },
      sync: entry?.sync ?? SUBSCRIBING,
      connection: { socketStatus, retryCount },
      lastSequence: entry?.job?.sequence ?? 0,
      outcome: entry?.outcome ?? null,
      cancel: (reason) => client.cancelJob(jobId, reason),
      resume: () => client.resumeJob(jobId),
    }),
    [client, jobId, entry, socketStatus, retryCount],
  );
}

function stateOf(jobId: string, entry: JobEntry | undefined): JobProgressState {
  if (entry?.job != null) return entry.job;
  const unknown = { steps: [], cancelRequested: false, resumeRequested: false, resumable: false };
  if (entry?.summary != null) return { ...unknown, ...entry.summary };
  return { ...unknown, jobId, status: 'idle', title: '', progress: null };
}
