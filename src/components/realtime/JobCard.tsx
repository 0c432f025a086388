'use client';
import {
  forwardRef,
  memo,
  useId,
  useState,
  type ComponentPropsWithoutRef,
  type ForwardedRef,
  type KeyboardEvent,
  type NamedExoticComponent,
  type RefAttributes,
  type ReactElement,
  type ReactNode,
} from 'react';
import { classNames } from './classNames.ts';
import { HangingBanner } from './HangingBanner.tsx';
import { JobActions } from './JobActions.tsx';
import { JobCardHeader } from './JobCardHeader.tsx';
import { JobCardMeta } from './JobCardMeta.tsx';
import { JobProgress } from './JobProgress.tsx';
import type { JobCardView } from '../../presentation/jobCardView.ts';
import { StepTrail } from './StepTrail.tsx';
import { useKeptFocus } from './useKeptFocus.ts';
import { Well } from './Well.tsx';

/** Callbacks get the job's id, so that one function serves all cards and none of them renders for it. */
export interface JobCardProps extends Omit<ComponentPropsWithoutRef<'article'>, 'children' | 'onToggle'> {
  view: JobCardView;
  /** Shows everything; a collapsed card shows title, status and rail. */
  isOpen?: boolean;
  isBannerDismissed?: boolean;
  onToggle?: ((jobId: string, isOpen: boolean) => void) | undefined;
  onCancel?: ((jobId: string) => void) | undefined;
  onResume?: ((jobId: string) => void) | undefined;
  onDismiss?: ((jobId: string) => void) | undefined;
  /** The job's text as it is shown, such as a `StreamText`. */
  renderOutput?: ((jobId: string, isGrowing: boolean) => ReactNode) | undefined;
  readText?: ((jobId: string) => string) | undefined;
}

function JobCardBody(
  {
    view,
    isOpen = false,
    isBannerDismissed = false,
    onToggle,
    onCancel,
    onResume,
    onDismiss,
    renderOutput,
    readText,
    className,
    onKeyDown,
    onFocus,
    onBlur,
    ...rest
  }: JobCardProps,
  ref: ForwardedRef<HTMLElement>,
): ReactElement {
  const titleId = useId();
  const kept = useKeptFocus({ onFocus, onBlur });
  const [isTextShown, setTextShown] = useState(false);
  const { jobId, banner, output, phase } = view;
  const hasBanner = isOpen && banner !== null && !isBannerDismissed;
  const isTextFolded = phase.kind === 'completed' && !isTextShown;
  const isStill = phase.kind !== 'cancelling' && !(phase.kind === 'running' && phase.live);
  const toggle =
    onToggle === undefined
      ? undefined
      : () => {
          onToggle(jobId, !isOpen);
        };

  function pressed(event: KeyboardEvent<HTMLElement>): void {
    onKeyDown?.(event);
    if (event.target !== event.currentTarget || toggle === undefined) return;
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle();
  }

  return (
    <article
      data-rg=""
      aria-labelledby={titleId}
      {...rest}
      ref={ref}
      onKeyDown={pressed}
      onFocus={kept.onFocus}
      onBlur={kept.onBlur}
      data-open={isOpen ? '' : undefined}
      className={classNames('rg-job', className)}
    >
      <JobCardHeader view={view} titleId={titleId} isOpen={isOpen} onToggle={toggle} />
      <JobCardMeta view={view} isOpen={isOpen} />
      {isOpen ? <StepTrail steps={view.steps} still={isStill} className="rg:mt-2.5" /> : null}
      <JobProgress rail={view.rail} lastEventAt={view.lastEventAt} aria-labelledby={titleId} />
      {hasBanner ? (
        <div className="rg-unfold">
          <HangingBanner
            banner={banner}
            resume={view.actions.resume}
            className={view.rail === null ? 'rg:mt-2 rg:rounded-t-m' : ''}
            onResume={
              onResume === undefined
                ? undefined
                : () => {
                    onResume(jobId);
                  }
            }
            onDismiss={
              onDismiss === undefined
                ? undefined
                : () => {
                    onDismiss(jobId);
                  }
            }
          />
        </div>
      ) : null}
      {isOpen && output !== null && renderOutput !== undefined && !isTextFolded ? (
        <div className="rg-unfold">
          <Well output={output} apart={view.rail === null || hasBanner}>
            {renderOutput(jobId, output.growing)}
          </Well>
        </div>
      ) : null}
      {isOpen ? (
        <JobActions
          view={view}
          onCancel={onCancel}
          onResume={isBannerDismissed ? onResume : undefined}
          readText={readText}
          isTextShown={isTextShown}
          onTextShown={setTextShown}
        />
      ) : null}
    </article>
  );
}

/** One job. It renders again only when its own facts change. */
export const JobCard: NamedExoticComponent<JobCardProps & RefAttributes<HTMLElement>> = memo(
  forwardRef<HTMLElement, JobCardProps>(JobCardBody),
);
JobCard.displayName = 'JobCard';
