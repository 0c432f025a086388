'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { JobCardView } from '../../presentation/jobCardView.ts';
import { useCopy } from './useCopy.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface JobActionsProps extends Omit<ComponentPropsWithoutRef<'footer'>, 'children'> {
  view: JobCardView;
  onCancel?: ((jobId: string) => void) | undefined;
  /** Where the banner does not offer it (any more). */
  onResume?: ((jobId: string) => void) | undefined;
  /** Reads the text when it is asked for. */
  readText?: ((jobId: string) => string) | undefined;
  isTextShown?: boolean;
  /** Folds the text of a completed job, and unfolds it. Left out: there is no such button. */
  onTextShown?: ((isShown: boolean) => void) | undefined;
}

/** What can be done with a job. An action that cannot work is not there; without any there is no row. */
export const JobActions: WithRef<JobActionsProps, HTMLElement> = forwardRef<HTMLElement, JobActionsProps>(
  function JobActions(
    { view, onCancel, onResume, readText, isTextShown = false, onTextShown, className, ...rest },
    ref,
  ): ReactElement | null {
    const words = useWords();
    const { isCopied, copy } = useCopy();
    const { jobId, actions, output } = view;
    const canCancel = actions.cancel !== 'none' && onCancel !== undefined;
    const canCopy = output !== null && readText !== undefined;
    const canShow = output !== null && view.phase.kind === 'completed' && onTextShown !== undefined;
    const canResume = actions.resume !== 'none' && onResume !== undefined;
    if (!canCancel && !canCopy && !canShow && !canResume) return null;
    return (
      <footer data-rg="" {...rest} ref={ref} className={classNames('rg-job-actions', className)}>
        {canResume ? (
          <Button
            look="bare"
            onClick={() => {
              onResume(jobId);
            }}
          >
            {view.phase.kind === 'failed' ? words.job.tryAgain : words.job.resume}
          </Button>
        ) : null}
        {canCancel ? (
          <Button
            look="bare"
            onClick={() => {
              onCancel(jobId);
            }}
          >
            {words.job.cancel}
          </Button>
        ) : null}
        {actions.cancel === 'lost' ? <RequestLost /> : null}
        {canShow ? (
          <Button
            look="bare"
            aria-expanded={isTextShown}
            onClick={() => {
              onTextShown(!isTextShown);
            }}
          >
            {isTextShown ? words.job.hideText : words.job.showText}
          </Button>
        ) : null}
        {canCopy ? (
          <Button
            look="bare"
            className="rg:ms-auto"
            onClick={() => {
              copy(readText(jobId));
            }}
          >
            <span aria-live="polite">{isCopied ? words.job.copied : words.job.copyText}</span>
          </Button>
        ) : null}
      </footer>
    );
  },
);

/** A command passed its deadline; nothing is assumed of it. */
export function RequestLost(): ReactElement {
  const words = useWords();
  return (
    <p className="rg:inline-flex rg:items-center rg:gap-1.5 rg:px-2.5 rg:text-ink-2">
      <Glyph name="reconnecting" tone="wait" />
      {words.job.requestLost}
    </p>
  );
}
