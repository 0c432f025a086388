'use client';
import { assertNever } from '@regen/realtime-shared';
import type { ReactElement } from 'react';
import type { StatusBarState } from '../../presentation/statusBarView.ts';
import { SentenceText } from './SentenceText.tsx';
import type { Message } from '../../presentation/words.ts';
import { useWords } from '../../hooks/wordsContext.ts';

/** The bar's words: what is the case, in strong type, then what it means. */
export function StatusBarWords({ state }: { state: StatusBarState }): ReactElement | null {
  const { bar, job, percent } = useWords();
  switch (state.kind) {
    case 'signInExpired':
      return <MessageWords message={bar.signInExpired} />;
    case 'signInRefused':
      return <MessageWords message={bar.signInRefused(state.message)} />;
    case 'tooManyConnections':
      return <MessageWords message={bar.tooManyConnections(state.message)} />;
    case 'serverRefused':
      return <MessageWords message={bar.serverRefused(state.message)} />;
    case 'offline':
      return <MessageWords message={bar.offline} />;
    case 'disconnected':
      return <MessageWords message={bar.disconnected} />;
    case 'reconnecting':
      return <MessageWords message={bar.reconnecting(state.attempt, state.nextTryInMs)} />;
    case 'workerSilent':
      return <MessageWords message={bar.workerSilent(state.title, state.forMs, state.others)} />;
    case 'connecting':
      return <strong className="rg:truncate">{bar.connecting}</strong>;
    case 'catchingUp':
      return <strong className="rg:truncate">{bar.catchingUp(state.total)}</strong>;
    case 'delayed':
      return <strong className="rg:truncate">{bar.delayed}</strong>;
    case 'holding':
      return (
        <span dir="auto" className="rg-bar-detail rg:min-w-0">
          <SentenceText sentence={bar.holding(state.title, state.others)} />
        </span>
      );
    case 'working':
      return (
        <>
          <strong className="rg:flex-none">{bar.working(state.running)}</strong>
          {state.stepLabel === null && state.percent === null ? null : (
            <span className="rg:min-w-0 rg:truncate">
              {state.stepLabel === null ? null : <bdi dir="auto">{state.stepLabel}</bdi>}{' '}
              {state.percent === null ? null : <span className="rg:tabular-nums">{percent(state.percent)}</span>}
            </span>
          )}
          <bdi dir="auto" className="rg-bar-title rg:min-w-0 rg:truncate rg:text-ink-3">
            {state.title || job.untitled}
          </bdi>
        </>
      );
    case 'waiting':
      return <span className="rg:truncate rg:text-ink-2">{bar.waiting(state.queued)}</span>;
    case 'idle':
      return <span className="rg:truncate rg:text-ink-3">{bar.idle}</span>;
    case 'nothing':
      return null;
    default:
      return assertNever(state);
  }
}

function MessageWords({ message }: { message: Message }): ReactElement {
  return (
    <>
      <strong className="rg-bar-headline">{message.headline}</strong>
      {message.detail.length === 0 ? null : (
        <span dir="auto" className="rg-bar-detail rg:min-w-0 rg:text-ink-2">
          <SentenceText sentence={message.detail} />
        </span>
      )}
    </>
  );
}
