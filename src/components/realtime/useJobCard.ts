'use client';
import { useCallback, useEffect } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameConnectionButForContact, sameEntryButForText } from '../../hooks/sameButForText.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import { jobCardView, type JobCardView } from '../../presentation/jobCardView.ts';
import { hasEnded } from '../../presentation/jobPhase.ts';
import type { ConnectionState, JobEntry, RealtimeState } from '../../services/realtime/realtimeStore.ts';

const sameEntry = (before: JobEntry | undefined, after: JobEntry | undefined): boolean =>
  before === after || (before !== undefined && after !== undefined && sameEntryButForText(before, after));
const selectConnection = (state: RealtimeState): ConnectionState => state.connection;
const selectOffset = (state: RealtimeState): number => state.serverTimeOffset;

/**
 * Everything that a job's card shows now, for a card of one's own; null before the first effect has run, and with a
 * phase of kind `unknown` before anything is known of the job. Live while mounted. Renders again when a fact changes
 * and once a second while one of them is a time, but never for text: that is what `StreamText` is for.
 */
export function useJobCard(jobId: string): JobCardView | null {
  const client = useRealtimeClient();
  useEffect(() => client.retainJob(jobId), [client, jobId]);
  const selectEntry = useCallback((state: RealtimeState) => state.jobs.get(jobId), [jobId]);
  const entry = useRealtimeSelector(selectEntry, sameEntry);
  const serverTimeOffset = useRealtimeSelector(selectOffset);
  const connection = useRealtimeSelector(selectConnection, sameConnectionButForContact);
  const isTicking = entry !== undefined && (connection.socketStatus !== 'connected' || !hasEnded(entry));
  const now = useNow(1_000, isTicking);
  return entry === undefined ? null : jobCardView(entry, connection, now, serverTimeOffset);
}
