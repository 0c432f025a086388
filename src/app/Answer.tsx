import { useEffect, useRef, type ReactElement } from 'react';
import {
  HangingBanner,
  JobActions,
  JobCardMeta,
  JobProgressLine,
  StepTrail,
  StreamText,
  useBannerDismissal,
  useJobCallbacks,
  useJobCard,
  useKeptFocus,
  useRealtimeClient,
  useWords,
} from '@/index';
import { hasMoved } from './useChosenJob.ts';

/** One job as a page of its own: the question, how far its answer is, and the text in a size for reading. */
export function Answer({ jobId }: { jobId: string }): ReactElement | null {
  const client = useRealtimeClient();
  const words = useWords();
  const view = useJobCard(jobId);
  const { onCancel, onResume, readText } = useJobCallbacks({});
  const { isDismissed, dismiss } = useBannerDismissal(jobId);
  const kept = useKeptFocus();
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = view !== null;

  useEffect(() => {
    // What led here is gone, or does nothing more: who has a keyboard goes on from the answer.
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body || activeElement.matches(':disabled');
    if (isThere && isLost && hasMoved()) heading.current?.focus({ preventScroll: true });
  }, [isThere]);

  if (view === null) return null;
  const { banner, output, phase } = view;
  const isLive = phase.kind === 'cancelling' || (phase.kind === 'running' && phase.live);
  const hasBanner = banner !== null && !isDismissed;

  return (
    <article
      className="app-answer"
      aria-label={view.title}
      data-job={jobId}
      tabIndex={-1}
      onFocus={kept.onFocus}
      onBlur={kept.onBlur}
    >
      <title>{`${view.title} · Regen Realtime`}</title>
      <h1 dir="auto" ref={heading} tabIndex={-1}>
        {view.title}
      </h1>
      <div className="app-facts" data-rg="">
        <JobCardMeta view={view} isOpen />
        <StepTrail steps={view.steps} still={!isLive} className="app-steps" />
        <JobProgressLine rail={view.rail} lastEventAt={view.lastEventAt} aria-label="Progress" />
        {hasBanner ? (
          <HangingBanner
            banner={banner}
            resume={view.actions.resume}
            className={view.rail === null ? 'app-apart' : ''}
            onResume={() => {
              onResume?.(jobId);
            }}
            onDismiss={dismiss}
          />
        ) : null}
        {/* Before the text: behind it they would move away under a pointer while it grows. */}
        <JobActions view={view} onCancel={onCancel} onResume={hasBanner ? undefined : onResume} readText={readText} />
      </div>
      {output === null || output.droppedLength === 0 ? null : (
        <p className="app-note">{words.well.leftOut(output.droppedLength)}</p>
      )}
      {output?.replaced === true ? <p className="app-note">{words.well.replaced}</p> : null}
      <StreamText
        source={client.textOf(jobId)}
        as="prose"
        caret={output?.growing === true}
        className="app-text"
        data-text={jobId}
      />
    </article>
  );
}
