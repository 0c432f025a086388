'use client';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameConnectionButForContact, sameEntryButForText } from '../../hooks/sameButForText.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import type { ConnectionState, JobEntry, RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { ClockContext } from './clockContext.ts';
import { JobCard, type JobCardProps } from './JobCard.tsx';
import { jobCardView } from '../../presentation/jobCardView.ts';
import { useJobCallbacks, type JobOutputOptions } from './useJobCallbacks.tsx';

export interface LiveJobCardProps
  extends
    Omit<
      JobCardProps,
      | 'view'
      | 'isOpen'
      | 'isBannerDismissed'
      | 'onToggle'
      | 'onDismiss'
      | 'onCancel'
      | 'onResume'
      | 'renderOutput'
      | 'readText'
    >,
    JobOutputOptions {
  /** The job to show. */
  jobId: string;
  /** Shows everything from the start. Default true. */
  defaultOpen?: boolean;
}

const sameEntry = (before: JobEntry | undefined, after: JobEntry | undefined): boolean =>
  before === after || (before !== undefined && after !== undefined && sameEntryButForText(before, after));
const selectConnection = (state: RealtimeState): ConnectionState => state.connection;
const selectOffset = (state: RealtimeState): number => state.serverTimeOffset;

/** One job's card outside the panel, such as beside what it works on. Live while mounted; nothing before it is known. */
export function LiveJobCard({
  jobId,
  defaultOpen = true,
  output,
  renderOutput,
  ...rest
}: LiveJobCardProps): ReactElement | null {
  const client = useRealtimeClient();
  const callbacks = useJobCallbacks({ ...(output === undefined ? {} : { output }), renderOutput });
  const [isOpen, setOpen] = useState(defaultOpen);
  const [isDismissed, setDismissed] = useState(false);
  useEffect(() => client.retainJob(jobId), [client, jobId]);
  const selectEntry = useCallback((state: RealtimeState) => state.jobs.get(jobId), [jobId]);
  const entry = useRealtimeSelector(selectEntry, sameEntry);
  const serverTimeOffset = useRealtimeSelector(selectOffset);
  const connection = useRealtimeSelector(selectConnection, sameConnectionButForContact);
  const now = useNow(1_000, entry !== undefined);
  if (entry === undefined) return null;
  return (
    <ClockContext.Provider value={client.clock}>
      <JobCard
        {...rest}
        {...callbacks}
        view={jobCardView(entry, connection, now, serverTimeOffset)}
        isOpen={isOpen}
        isBannerDismissed={isDismissed}
        onToggle={(_, open) => {
          setOpen(open);
        }}
        onDismiss={() => {
          setDismissed(true);
        }}
      />
    </ClockContext.Provider>
  );
}
