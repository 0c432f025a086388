'use client';
import { forwardRef, useState, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { ClockContext } from './clockContext.ts';
import { JobCard, type JobCardProps } from './JobCard.tsx';
import { useBannerDismissal } from './useBannerDismissal.ts';
import { useJobCallbacks, type JobOutputOptions } from './useJobCallbacks.tsx';
import { useJobCard } from './useJobCard.ts';
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

const Card: WithRef<LiveJobCardProps, HTMLElement> = forwardRef<HTMLElement, LiveJobCardProps>(function Card(
  { jobId, defaultOpen = true, output, renderOutput, ...rest },
  ref,
): ReactElement | null {
  const client = useRealtimeClient();
  const callbacks = useJobCallbacks({ ...(output === undefined ? {} : { output }), renderOutput });
  const [isOpen, setOpen] = useState(defaultOpen);
  const { isDismissed, dismiss } = useBannerDismissal(jobId);
  const view = useJobCard(jobId);
  if (view === null) return null;
  return (
    <ClockContext.Provider value={client.clock}>
      <JobCard
        {...rest}
        {...callbacks}
        ref={ref}
        view={view}
        isOpen={isOpen}
        isBannerDismissed={isDismissed}
        onToggle={(_, open) => {
          setOpen(open);
        }}
        onDismiss={dismiss}
      />
    </ClockContext.Provider>
  );
});

/** One job's card outside the panel, such as beside what it works on. Live while mounted; before anything is known it says whether that is being looked up. */
export const LiveJobCard: WithRef<LiveJobCardProps, HTMLElement> = forwardRef<HTMLElement, LiveJobCardProps>(
  function LiveJobCard(props, ref): ReactElement {
    // Another job is another card: nothing that was opened or dismissed of the one is of the other.
    return <Card key={props.jobId} {...props} ref={ref} />;
  },
);
