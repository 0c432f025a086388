'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import { IconButton } from './IconButton.tsx';
import { railView, type RailView } from '../../presentation/railView.ts';
import type { GlyphName, Tone } from '../../presentation/tone.ts';
import { Rail } from './Rail.tsx';
import type { RestoreAction, RestoreOutcome } from '../../hooks/sessionRestore.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import { useInUse } from './useInUse.ts';
import { useKeptFocus } from './useKeptFocus.ts';
import type { WithRef } from './withRef.ts';

export interface SessionRestoreBannerProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** Null, or not given by a caller without types: nothing is shown. */
  message: string | null;
  /** The person has read it and wants it gone. */
  onDismiss: () => void;
  /** Something is still awaited; false once all that was missed is here, or the job is known to be over. */
  isRestoring: boolean;
  /** While restoring: whether the job was found and its text is on its way. Left out: it is being looked for. */
  stage?: 'reconnecting' | 'resuming' | undefined;
  /** 0 to 100, from which the job is resumed; null or left out where none was reported. */
  progress?: number | null | undefined;
  /** What became of a job that does not go on; null or left out while it may. */
  outcome?: RestoreOutcome | null | undefined;
  /** One button: its `label`, and `onSelect`, what it does. Null or left out: none. */
  action?: RestoreAction | null | undefined;
  /** Whether the pointer or the focus is inside: then the message should not leave by itself. False once it is gone. */
  onInUse?: ((isInUse: boolean) => void) | undefined;
  /** The part of the message that stands out, such as the job's title. Left out: the whole of it while there is no outcome. */
  emphasis?: string | undefined;
}

const SIGNS: Readonly<Record<RestoreOutcome | 'reconnecting' | 'resuming', { glyph: GlyphName; tone: Tone }>> = {
  reconnecting: { glyph: 'restoring', tone: 'quiet' },
  resuming: { glyph: 'resuming', tone: 'live' },
  completed: { glyph: 'completed', tone: 'good' },
  failed: { glyph: 'failed', tone: 'lost' },
  cancelled: { glyph: 'stopped', tone: 'quiet' },
  gone: { glyph: 'gone', tone: 'lost' },
};

/** After a reload: what was found, what is done about it, what became of it. Once the job goes on, it leaves. */
export const SessionRestoreBannerView: WithRef<SessionRestoreBannerProps, HTMLDivElement> = forwardRef<
  HTMLDivElement,
  SessionRestoreBannerProps
>(function SessionRestoreBannerView(
  {
    message,
    onDismiss,
    isRestoring,
    progress = null,
    outcome = null,
    action = null,
    emphasis,
    stage = isRestoring ? 'reconnecting' : 'resuming',
    onInUse,
    className,
    onPointerEnter,
    onPointerLeave,
    onFocus,
    onBlur,
    ...rest
  },
  ref,
): ReactElement | null {
  const words = useWords();
  const { place, ...kept } = useKeptFocus({ onFocus, onBlur });
  const use = useInUse(onInUse, { onPointerEnter, onPointerLeave, ...kept });
  if (typeof message !== 'string') return null;
  const shown = outcome ?? stage;
  const rail = outcome === null && progress !== null ? restoreRail(stage, isRestoring, progress) : null;
  const { glyph, tone } = SIGNS[shown];
  return (
    <div
      data-rg=""
      role="status"
      {...rest}
      {...use}
      ref={ref}
      data-stage={shown}
      className={classNames('rg-restore rg:rounded-m rg:bg-surface rg:shadow-hairline', className)}
    >
      <div ref={place} className="rg-restore-row" data-action={action === null ? undefined : ''}>
        <Glyph name={glyph} tone={tone} />
        <p className="rg-restore-words">
          <RestoreWords message={message} emphasis={emphasis ?? (outcome === null ? message : undefined)} />
        </p>
        {action === null ? null : (
          <Button onClick={action.onSelect} className="rg-restore-action">
            {action.label}
          </Button>
        )}
        <IconButton glyph="dismiss" label={words.restore.dismiss} onClick={onDismiss} />
      </div>
      {rail === null ? null : <Rail view={rail} className="rg-restore-rail" />}
    </div>
  );
});

function RestoreWords({ message, emphasis }: { message: string; emphasis: string | undefined }): ReactElement {
  const start = emphasis === undefined ? -1 : message.indexOf(emphasis);
  if (emphasis === undefined || start < 0) return <>{message}</>;
  return (
    <>
      <span className="rg:text-ink-2">{message.slice(0, start)}</span>
      <bdi dir="auto" className="rg:font-strong">
        {emphasis}
      </bdi>
      <span className="rg:text-ink-2">{message.slice(start + emphasis.length)}</span>
    </>
  );
}

/** What was there stays solid; it is cut while nothing arrives, then the rest is a comb, and to come once it is here. */
function restoreRail(stage: 'reconnecting' | 'resuming', isRestoring: boolean, progress: number): RailView | null {
  if (stage === 'reconnecting') {
    return railView({ phase: { kind: 'notLive', lastStatus: 'running', agoMs: null }, progress, steps: [] });
  }
  const rail = railView({ phase: { kind: 'catchingUp', applied: 0, total: null }, progress, steps: [] });
  if (rail === null || isRestoring) return rail;
  const segments = rail.segments.map((segment) =>
    segment.stroke === 'comb' ? { ...segment, stroke: 'hairline' as const } : segment,
  );
  return { ...rail, segments };
}
