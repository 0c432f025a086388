'use client';
import { assertNever } from '@regen/realtime-shared';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { RequestLost } from './JobActions.tsx';
import type { HangingBannerView, JobActionsView } from '../../presentation/jobCardView.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { Words } from '../../presentation/words.ts';
import type { WithRef } from './withRef.ts';

export interface HangingBannerProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** A card's `banner`, where it has one. */
  banner: HangingBannerView;
  /** Whether the job can be continued now, and whether the last request for it got lost: a card's `actions.resume`. */
  resume: JobActionsView['resume'];
  /** The banner knows no job's id: `() => onResume(jobId)`. Left out: there is no such button. */
  onResume?: (() => void) | undefined;
  /** Likewise. */
  onDismiss?: (() => void) | undefined;
}

/** Why a job does not go on and what is kept, hanging from the mark on its line. */
export const HangingBanner: WithRef<HangingBannerProps, HTMLDivElement> = forwardRef<
  HTMLDivElement,
  HangingBannerProps
>(function HangingBanner({ banner, resume, onResume, onDismiss, className, ...rest }, ref): ReactElement {
  const words = useWords();
  const { why, more, code, action } = contentOf(banner, words);
  const canResume = action !== null && resume !== 'none' && onResume !== undefined;
  return (
    <div
      data-rg=""
      {...rest}
      ref={ref}
      className={classNames(
        'rg-hanging rg:rounded-b-m rg:p-3',
        banner.kind === 'paused' ? 'rg:bg-warning-soft' : 'rg:bg-danger-soft',
        className,
      )}
    >
      <p dir="auto" className="rg:font-medium rg:wrap-anywhere">
        {why}
      </p>
      {more === null ? null : <p className="rg:pt-0.5 rg:text-s rg:text-ink-2">{more}</p>}
      <div className="rg:mt-2 rg:flex rg:flex-wrap rg:items-center rg:gap-1">
        {canResume ? (
          <Button look="filled" onClick={onResume}>
            {action}
          </Button>
        ) : null}
        {onDismiss === undefined ? null : (
          <Button look={canResume ? 'bare' : 'outlined'} onClick={onDismiss}>
            {words.job.dismiss}
          </Button>
        )}
        {resume === 'lost' ? <RequestLost /> : null}
        <span className="rg:flex-1" />
        {code === null ? null : (
          <span role="code" dir="ltr" className="rg-code rg:text-s rg:text-ink-2">
            {code}
          </span>
        )}
      </div>
    </div>
  );
});

interface BannerContent {
  why: string;
  more: string | null;
  code: string | null;
  action: string | null;
}

function contentOf(banner: HangingBannerView, words: Words): BannerContent {
  switch (banner.kind) {
    case 'paused': {
      const more = words.job.kept(banner.keptLength);
      return { why: banner.reason ?? words.job.paused, more, code: null, action: words.job.resume };
    }
    case 'failed': {
      const more = words.job.written(banner.keptLength);
      const action = banner.retryable ? words.job.tryAgain : null;
      return { why: banner.message, more, code: banner.code, action };
    }
    case 'gone': {
      const more = words.job.goneText(banner.percent, banner.textKept);
      return { why: words.job.gone, more, code: null, action: null };
    }
    default:
      return assertNever(banner);
  }
}
