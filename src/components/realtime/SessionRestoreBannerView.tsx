import { useEffect, useRef, type ComponentPropsWithRef, type ReactElement } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { useClock } from './clockContext.ts';
import { Glyph } from './Glyph.tsx';
import { IconButton } from './IconButton.tsx';
import { railView, type RailView } from './model/railView.ts';
import type { GlyphName, Tone } from './model/tone.ts';
import { Rail } from './Rail.tsx';
import { useWords } from './wordsContext.ts';

/** What became of a restored job while nobody watched it. */
export type RestoreOutcome = 'completed' | 'failed' | 'cancelled' | 'gone';

export interface RestoreAction {
  label: string;
  onSelect: () => void;
}

export interface SessionRestoreBannerProps extends Omit<ComponentPropsWithRef<'div'>, 'children'> {
  /** Null: nothing is shown. */
  message: string | null;
  onDismiss: () => void;
  /** The job is being looked for; false once it goes on, or is known to be over. */
  isRestoring: boolean;
  /** 0 to 100, from which the job is resumed; null or left out where none was reported. */
  progress?: number | null | undefined;
  outcome?: RestoreOutcome | null | undefined;
  action?: RestoreAction | null | undefined;
  /** The part of the message that stands out, such as the job's title; the whole of it while there is no outcome. */
  emphasis?: string | undefined;
}

/** How long "Resuming from 45%" stands, unless the person is at it. */
const RESUMED_MS = 4_000;

const SIGNS: Readonly<Record<RestoreOutcome | 'restoring' | 'resuming', { glyph: GlyphName; tone: Tone }>> = {
  restoring: { glyph: 'restoring', tone: 'quiet' },
  resuming: { glyph: 'resuming', tone: 'live' },
  completed: { glyph: 'completed', tone: 'good' },
  failed: { glyph: 'failed', tone: 'lost' },
  cancelled: { glyph: 'stopped', tone: 'quiet' },
  gone: { glyph: 'gone', tone: 'lost' },
};

/** After a reload: what was found, what is done about it, what became of it. Once the job goes on, it leaves. */
export function SessionRestoreBannerView({
  message,
  onDismiss,
  isRestoring,
  progress = null,
  outcome = null,
  action = null,
  emphasis,
  className,
  ...rest
}: SessionRestoreBannerProps): ReactElement | null {
  const words = useWords();
  const root = useRef<HTMLDivElement>(null);
  const stage = isRestoring ? 'restoring' : (outcome ?? 'resuming');
  useLeaving(root, message !== null && stage === 'resuming', onDismiss);
  if (message === null) return null;
  const rail = outcome === null ? restoreRail(isRestoring, progress) : null;
  const { glyph, tone } = SIGNS[stage];
  return (
    <div
      data-rg=""
      role="status"
      {...rest}
      ref={root}
      data-stage={stage}
      className={classNames('rg-restore rg:rounded-m rg:bg-surface rg:shadow-hairline', className)}
    >
      <div className="rg-restore-row" data-action={action === null ? undefined : ''}>
        <Glyph name={glyph} tone={tone} />
        <p className="rg-restore-words">
          <RestoreWords message={message} emphasis={outcome === null ? message : emphasis} />
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
}

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

/** What was there stays solid; it is cut while nothing arrives, and a comb once the rest is on its way. */
function restoreRail(isRestoring: boolean, progress: number | null): RailView | null {
  if (progress === null) return null;
  return railView({
    phase: isRestoring
      ? { kind: 'notLive', lastStatus: 'running', agoMs: null }
      : { kind: 'catchingUp', applied: 0, total: null },
    progress,
    steps: [],
  });
}

/** Dismisses after a while, but not under the pointer nor while the focus is inside. */
function useLeaving(root: { current: HTMLElement | null }, isLeaving: boolean, onDismiss: () => void): void {
  const clock = useClock();
  const dismiss = useRef(onDismiss);
  useEffect(() => {
    dismiss.current = onDismiss;
  }, [onDismiss]);
  useEffect(() => {
    if (!isLeaving) return undefined;
    const leave = (): void => {
      const element = root.current;
      const isInUse = element !== null && (element.matches(':hover') || element.contains(document.activeElement));
      if (isInUse) timer = clock.setTimeout(leave, RESUMED_MS);
      else dismiss.current();
    };
    let timer = clock.setTimeout(leave, RESUMED_MS);
    return () => {
      clock.clearTimeout(timer);
    };
  }, [clock, isLeaving, root]);
}
