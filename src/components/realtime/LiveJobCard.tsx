'use client';
import { forwardRef, useCallback, useEffect, useState, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameConnectionButForContact, sameEntryButForText } from '../../hooks/sameButForText.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import type { ConnectionState, JobEntry, RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { ClockContext } from './clockContext.ts';
import { JobCard, type JobCardProps } from './JobCard.tsx';
import { jobCardView } from '../../presentation/jobCardView.ts';
import { useJobCallbacks, type JobOutputOptions } from './useJobCallbacks.tsx';
import type { WithRef } from './withRef.ts';

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

/** What the card's banner tells of: once it is another occasion, a banner that was dismissed may speak again. */
function occasionOf({ job, sync }: JobEntry): string {
  return [job?.status, job?.finishedAt, sync.kind === 'gone'].join();
}

/** Whether the card says other times as time goes on. */
function isTicking({ job, sync }: JobEntry, { socketStatus }: ConnectionState): boolean {
  return socketStatus !== 'connected' || (job?.finishedAt === undefined && sync.kind !== 'gone');
}

const Card: WithRef<LiveJobCardProps, HTMLElement> = forwardRef<HTMLElement, LiveJobCardProps>(function Card(
  { jobId, defaultOpen = true, output, renderOutput, ...rest },
  ref,
): ReactElement | null {
  const client = useRealtimeClient();
  const callbacks = useJobCallbacks({ ...(output === undefined ? {} : { output }), renderOutput });
  const [isOpen, setOpen] = useState(defaultOpen);
  const [dismissed, setDismissed] = useState<string | null>(null);
  useEffect(() => client.retainJob(jobId), [client, jobId]);
  const selectEntry = useCallback((state: RealtimeState) => state.jobs.get(jobId), [jobId]);
  const entry = useRealtimeSelector(selectEntry, sameEntry);
  const serverTimeOffset = useRealtimeSelector(selectOffset);
  const connection = useRealtimeSelector(selectConnection, sameConnectionButForContact);
  const now = useNow(1_000, entry !== undefined && isTicking(entry, connection));
  if (entry === undefined) return null;
  const occasion = occasionOf(entry);
  if (dismissed !== null && dismissed !== occasion) setDismissed(null);
  return (
    <ClockContext.Provider value={client.clock}>
      <JobCard
        {...rest}
        {...callbacks}
        ref={ref}
        view={jobCardView(entry, connection, now, serverTimeOffset)}
        isOpen={isOpen}
        isBannerDismissed={dismissed === occasion}
        onToggle={(_, open) => {
          setOpen(open);
        }}
        onDismiss={() => {
          setDismissed(occasion);
        }}
      />
    </ClockContext.Provider>
  );
});

/** One job's card outside the panel, such as beside what it works on. Live while mounted; nothing before it is known. */
export const LiveJobCard: WithRef<LiveJobCardProps, HTMLElement> = forwardRef<HTMLElement, LiveJobCardProps>(
  function LiveJobCard(props, ref): ReactElement {
    // Another job is another card: nothing that was opened or dismissed of the one is of the other.
    return <Card key={props.jobId} {...props} ref={ref} />;
  },
);
