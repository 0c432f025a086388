'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { ConnectionDetails } from './ConnectionDetails.tsx';
import { Glyph } from './Glyph.tsx';
import { Lanes } from './Lanes.tsx';
import type { StatusBarView as StatusBarFacts } from '../../presentation/statusBarView.ts';
import { StatusBarWords } from './StatusBarWords.tsx';
import { useBeat } from './useBeat.ts';
import { useKeptFocus } from './useKeptFocus.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface StatusBarViewProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  view: StatusBarFacts;
  /** Without it there is no such button. */
  onSignIn?: (() => void) | undefined;
  onRetry?: (() => void) | undefined;
  /** Shows the connection's details from the start. */
  defaultDetailsOpen?: boolean;
}

/**
 * The connection and the life of the jobs in one line at the top of the screen. It renders nothing where realtime
 * has nothing to say. It is no live region for its ticking numbers: an announcer speaks the transitions.
 */
export const StatusBarView: WithRef<StatusBarViewProps, HTMLDivElement> = forwardRef<
  HTMLDivElement,
  StatusBarViewProps
>(function StatusBarView(
  { view, onSignIn, onRetry, defaultDetailsOpen, className, onFocus, onBlur, ...rest },
  ref,
): ReactElement | null {
  const words = useWords();
  const beat = useBeat(view.lastEventAt);
  const { place, ...kept } = useKeptFocus({ onFocus, onBlur });
  const { state } = view;
  if (state.kind === 'nothing') return null;
  return (
    <div
      data-rg=""
      role="status"
      aria-live="off"
      {...rest}
      ref={ref}
      {...kept}
      data-state={state.kind}
      className={classNames(
        'rg-bar rg:sticky rg:top-0',
        view.tinted ? 'rg:bg-warning-soft' : 'rg:bg-surface',
        className,
      )}
    >
      <div ref={place} className="rg-bar-row">
        <Glyph name={view.glyph} tone={view.tone} beat={beat} />
        <p className="rg-bar-words" data-lines={linesOf(state)}>
          <StatusBarWords state={state} />
        </p>
        {state.kind === 'catchingUp' && state.total !== null ? (
          <span className="rg-bar-count rg:whitespace-nowrap rg:text-ink-3 rg:tabular-nums">
            {words.bar.caughtUp(state.applied, state.total)}
          </span>
        ) : null}
        {view.action === 'signIn' && onSignIn !== undefined ? (
          <Button look="filled" onClick={onSignIn}>
            {words.bar.signIn}
          </Button>
        ) : null}
        {view.action === 'retry' && onRetry !== undefined ? <Button onClick={onRetry}>{words.bar.retry}</Button> : null}
        <ConnectionDetails
          details={view.details}
          {...(defaultDetailsOpen === undefined ? {} : { defaultOpen: defaultDetailsOpen })}
        />
      </div>
      <Lanes lanes={view.lanes} />
    </div>
  );
});

/** How the words break in a narrow bar; a message may break in a wide one too. */
function linesOf(state: StatusBarFacts['state']): 'one' | 'two' | 'flowing' {
  switch (state.kind) {
    case 'reconnecting':
    case 'workerSilent':
      return 'two';
    case 'offline':
    case 'disconnected':
    case 'signInRefused':
    case 'tooManyConnections':
    case 'serverRefused':
      return 'flowing';
    default:
      return 'one';
  }
}
