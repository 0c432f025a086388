'use client';
import { useEffect } from 'react';
import type { JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { useRealtimeClient } from './RealtimeProvider.tsx';
import { useRealtimeSelector } from './useRealtimeSelector.ts';

const selectJobs = (state: RealtimeState): ReadonlyMap<string, JobEntry> => state.jobs;

/**
 * The user's jobs by id, in the order in which they became known: the active ones and the most recent finished ones.
 * While mounted they are watched and the newest 100 active ones are subscribed; every user of the hook shares that.
 */
export function useJobs(): ReadonlyMap<string, JobEntry> {
  useWatchedJobs();
  return useRealtimeSelector(selectJobs);
}

/** Watches the user's jobs while mounted, without rendering for them. */
export function useWatchedJobs(): void {
  const client = useRealtimeClient();
  useEffect(() => client.watchJobs(), [client]);
}
