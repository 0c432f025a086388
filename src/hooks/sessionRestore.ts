'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RealtimeState, RestoredJob } from '../services/realtime/realtimeStore.ts';
import { nextLeave, restoreView, sameRestoreView, type RestoreView } from '../presentation/restoreView.ts';
import { restoreMessage } from '../presentation/restoreMessage.ts';
import type { Words } from '../presentation/words.ts';
import type { RealtimeClient } from '../services/realtime/realtimeClient.ts';
import { useRealtimeClient } from './RealtimeProvider.tsx';
import { useRealtimeSelector } from './useRealtimeSelector.ts';
import { useWords } from './wordsContext.ts';

/** What became of a job that did not go on. */
export type RestoreOutcome = 'completed' | 'cancelled' | 'failed' | 'gone';

export interface SessionRestoreOptions {
  /** Subscribe what an earlier page was watching, without being asked. Default true. */
  autoSubscribe?: boolean;
  /** Called once for each job found, when its restoring begins. What it throws goes to `client.onError`. */
  onRestore?: ((session: RestoredJob) => void) | undefined;
  /** Brings a job that ended meanwhile, or its text, before the person. Without it the banner offers no such button. */
  onShow?: ((jobId: string) => void) | undefined;
}

/** What the person can do about what became of a job. */
export interface RestoreAction {
  label: string;
  onSelect: () => void;
}

/** Everything that `SessionRestoreBanner` takes. */
export interface RestoreBanner {
  message: string | null;
  onDismiss: () => void;
  isRestoring: boolean;
  stage: 'reconnecting' | 'resuming';
  progress: number | null;
  outcome: RestoreOutcome | null;
  action: RestoreAction | null;
  onInUse: (isInUse: boolean) => void;
  /** The part of the message that stands out. */
  emphasis?: string;
}

export interface SessionRestore {
  /** Null where there is nothing to say. */
  resumeBannerText: string | null;
  /** Ends the present message for good; the jobs go on. */
  dismissBanner(): void;
  /** Awaited, or catching up. */
  isRestoring: boolean;
  /** Where one job was when its earlier page stopped, 0 to 100; null where unknown, or for several. */
  progress: number | null;
  /** Null while jobs are awaited, and where they go on. */
  outcome: RestoreOutcome | null;
  /** Jobs found and not yet dismissed; newest first. */
  sessions: readonly RestoredJob[];
  /** The facts behind the text, for a banner in other words. */
  view: RestoreView;
  /** For `SessionRestoreBanner`, all at once: `<SessionRestoreBanner {...banner} />`. */
  banner: RestoreBanner;
  /** Begins, where `autoSubscribe` is false. Called again, it does nothing. */
  restore(): void;
  /** While true, as under a pointer or with focus inside, the message does not leave by itself. Over when it is gone. */
  keepBanner(inUse: boolean): void;
}

const NOTHING: RestoreView = { kind: 'none' };
const selectUserGeneration = (state: RealtimeState): number => state.userGeneration;
const selectRestored = (state: RealtimeState): readonly RestoredJob[] => state.restored;

/**
 * Resumes what an earlier page of this browser was watching. The jobs stay subscribed while mounted. The message leaves
 * by itself 4 s after the text has caught up; what became of a job that did not go on stays until dismissed.
 */
export function useSessionRestore({
  autoSubscribe = true,
  onRestore,
  onShow,
}: SessionRestoreOptions = {}): SessionRestore {
  const client = useRealtimeClient();
  const words = useWords();
  const [asked, setAsked] = useState(false);
  const [inUse, setInUse] = useState(false);
  const active = autoSubscribe || asked;
  const sessions = useRealtimeSelector(selectRestored);
  const known = useRealtimeSelector(restoreView, sameRestoreView);
  const view = active ? known : NOTHING;

  // What was found for one user is nothing to the next.
  const userGeneration = useRealtimeSelector(selectUserGeneration);
  const toldTo = useRef(userGeneration);
  const told = useRef(new Set<string>());
  const listener = useRef(onRestore);
  useEffect(() => {
    listener.current = onRestore;
  });

  useEffect(() => {
    if (!active) return undefined;
    if (toldTo.current !== userGeneration) told.current.clear();
    toldTo.current = userGeneration;
    const releases = new Map<string, () => void>();
    const take = (): void => {
      for (const session of client.store.getState().restored) {
        const { jobId } = session;
        if (!releases.has(jobId)) releases.set(jobId, client.retainJob(jobId));
        if (told.current.has(jobId)) continue;
        told.current.add(jobId);
        try {
          listener.current?.(session);
        } catch (cause) {
          client.callbackThrew(cause);
        }
      }
    };
    const unsubscribe = client.store.subscribe(take);
    take();
    return () => {
      unsubscribe();
      for (const release of releases.values()) release();
    };
  }, [client, active, userGeneration]);

  useEffect(() => {
    if (!active || inUse) return undefined;
    const leave = nextLeave(client.store.getState());
    if (leave === null) return undefined;
    const dismiss = (): void => {
      client.dismissRestored(leave.jobIds);
    };
    const restMs = leave.at - client.clock.now();
    // Not by a timer: a story's clock stands still once its moment is reached.
    if (restMs <= 0) {
      dismiss();
      return undefined;
    }
    const timer = client.clock.setTimeout(dismiss, restMs);
    return () => {
      client.clock.clearTimeout(timer);
    };
  }, [client, active, inUse, sessions]);

  const jobIds = view.kind === 'none' ? null : view.jobIds;
  // What was used is gone, and nobody will say that it is not used any more.
  if (jobIds === null && inUse) setInUse(false);
  const dismissBanner = useCallback(() => {
    if (jobIds !== null) client.dismissRestored(jobIds);
  }, [client, jobIds]);
  const restore = useCallback(() => {
    setAsked(true);
  }, []);

  const said = restoreMessage(view, words);
  const isRestoring = view.kind === 'reconnecting' || (view.kind === 'resuming' && view.catchingUp);
  const progress =
    view.kind === 'reconnecting' || view.kind === 'resuming' || view.kind === 'gone' ? view.percent : null;
  const outcome = view.kind === 'none' || view.kind === 'reconnecting' || view.kind === 'resuming' ? null : view.kind;
  return {
    resumeBannerText: said?.message ?? null,
    dismissBanner,
    isRestoring,
    progress,
    outcome,
    sessions,
    view,
    restore,
    keepBanner: setInUse,
    banner: {
      message: said?.message ?? null,
      onDismiss: dismissBanner,
      isRestoring,
      stage: view.kind === 'resuming' ? 'resuming' : 'reconnecting',
      progress,
      outcome,
      action: actionOf(view, words, client, onShow, dismissBanner),
      onInUse: setInUse,
      ...(said?.emphasis == null ? {} : { emphasis: said.emphasis }),
    },
  };
}

/** Each choice answers the message, so it goes with it. */
function actionOf(
  view: RestoreView,
  { bar, restore }: Words,
  client: RealtimeClient,
  onShow: ((jobId: string) => void) | undefined,
  dismiss: () => void,
): RestoreAction | null {
  if (view.kind === 'reconnecting' && view.lost) return { label: bar.retry, onSelect: client.retryNow };
  if (view.kind === 'none' || view.kind === 'reconnecting' || view.kind === 'resuming') return null;
  const [jobId] = view.jobIds;
  if (jobId === undefined) return null;
  if (view.kind === 'failed' && view.retryable) {
    return {
      label: restore.tryAgain,
      onSelect: () => {
        // What becomes of the request is on the job's card.
        client.resumeJob(jobId).catch(() => undefined);
        dismiss();
      },
    };
  }
  if (onShow === undefined || (view.kind === 'gone' && !view.textKept)) return null;
  return {
    label: view.kind === 'gone' ? restore.showText : restore.show,
    onSelect: () => {
      onShow(jobId);
      dismiss();
    },
  };
}
