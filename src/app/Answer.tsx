import { useState, type ReactElement } from 'react';
import {
  HangingBanner,
  JobActions,
  JobCardMeta,
  JobProgressLine,
  StepTrail,
  StreamText,
  useJobCallbacks,
  useJobCard,
  useRealtimeClient,
} from '@/index';

/** One job as a page of its own: the question, how far its answer is, and the text in a size for reading. */
export function Answer({ jobId }: { jobId: string }): ReactElement | null {
  const client = useRealtimeClient();
  const view = useJobCard(jobId);
  const { onCancel, onResume, readText } = useJobCallbacks({});
  const [dismissed, setDismissed] = useState<number | null>(null);
  if (view === null) return null;
  const { banner, output, phase } = view;
  const isLive = phase.kind === 'cancelling' || (phase.kind === 'running' && phase.live);
  const hasBanner = banner !== null && dismissed !== view.lastEventAt;

  return (
    <article className="app-answer" aria-label={view.title} data-job={jobId}>
      <h1 dir="auto">{view.title}</h1>
      <div className="app-facts" data-rg="">
        <JobCardMeta view={view} isOpen />
        <StepTrail steps={view.steps} still={!isLive} className="app-steps" />
        <JobProgressLine rail={view.rail} lastEventAt={view.lastEventAt} aria-label="Progress" />
        {hasBanner ? (
          <HangingBanner
            banner={banner}
            resume={view.actions.resume}
            onResume={() => {
              onResume?.(jobId);
            }}
            onDismiss={() => {
              setDismissed(view.lastEventAt);
            }}
          />
        ) : null}
      </div>
      {output?.replaced === true ? (
        <p className="app-note">The server replaced its record of this job. This is the text that it has now.</p>
      ) : null}
      <StreamText
        source={client.textOf(jobId)}
        as="prose"
        caret={output?.growing === true}
        className="app-text"
        data-text={jobId}
      />
      <JobActions
        view={view}
        onCancel={onCancel}
        onResume={hasBanner ? undefined : onResume}
        readText={readText}
        isTextShown
        onTextShown={() => undefined}
      />
    </article>
  );
}
