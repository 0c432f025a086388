'use client';
import { useCallback, useState } from 'react';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import { knownOf, standingOf } from '../../presentation/jobPhase.ts';
import type { JobEntry, RealtimeState } from '../../services/realtime/realtimeStore.ts';

export interface BannerDismissal {
  isDismissed: boolean;
  dismiss: () => void;
}

/** What the card's banner tells of: once it is another occasion, a banner that was dismissed may speak again. */
function occasionOf(entry: JobEntry | undefined): string {
  return entry === undefined ? '' : [standingOf(entry), knownOf(entry)?.finishedAt].join();
}

/** Whether the person has dismissed a job's banner, for a card of one's own: another pause or end is told again. */
export function useBannerDismissal(jobId: string): BannerDismissal {
  const [dismissed, setDismissed] = useState<string | null>(null);
  const selectOccasion = useCallback((state: RealtimeState) => occasionOf(state.jobs.get(jobId)), [jobId]);
  const occasion = useRealtimeSelector(selectOccasion);
  if (dismissed !== null && dismissed !== occasion) setDismissed(null);
  return {
    isDismissed: dismissed === occasion,
    dismiss: () => {
      setDismissed(occasion);
    },
  };
}
