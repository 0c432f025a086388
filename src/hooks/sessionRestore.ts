'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RealtimeState, RestoredJob } from '../services/realtime/realtimeStore.ts';
import { nextLeave, restoreView, sameRestoreView, type RestoreView } from '../presentation/restoreView.ts';
import { restoreText } from './restoreWords.ts';
import { useRealtimeClient } from './RealtimeProvider.tsx';
import { useRealtimeSelector } from './useRealtimeSelector.ts';

/** What became of a job that did not go on. */
export type RestoreOutcome = 'completed' | 'cancelled' | 'failed' | 'gone';

export interface SessionRestoreOptions {
  /** Subscribe what an earlier page was watching, without being asked. Default true. */
  autoSubscribe?: boolean;
  /** Called once for each job found, when its restoring begins. */
  onRestore?: ((session: RestoredJob) => void) | undefined;
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
  /** Begins, where `autoSubscribe` is false. Called again, it does nothing. */
  restore(): void;
  /** While true, as under a pointer or with focus inside, the message does not leave by itself. */
  keepBanner(inUse: boolean): void;
}

const NOTHING: RestoreView = { kind: 'none' };
const selectRestored = (state: RealtimeState): readonly RestoredJob[] => state.restored;

/**
 * Resumes what an earlier page of this browser was watching. The jobs stay subscribed while mounted. The message leaves
 * by itself 4 s after the text has caught up; what became of a job that did not go on stays until dismissed.
 */
export function useSessionRestore({ autoSubscribe = true, onRestore }: SessionRestoreOptions = {}): SessionRestore {
  const client = useRealtimeClient();
  const [asked, setAsked] = useState(false);
  const [inUse, setInUse] = useState(false);
  const active = autoSubscribe || asked;
  const sessions = useRealtimeSelector(selectRestored);
  const known = useRealtimeSelector(restoreView, sameRestoreView);
  const view = active ? known : NOTHING;

  const told = useRef(new Set<string>());
  const listener = useRef(onRestore);
  useEffect(() => {
    listener.current = onRestore;
  });

  useEffect(() => {
    if (!active) return undefined;
    const releases = new Map<string, () => void>();
    const take = (): void => {
      for (const session of client.store.getState().restored) {
        const { jobId } = session;
        if (!releases.has(jobId)) releases.set(jobId, client.retainJob(jobId));
        if (told.current.has(jobId)) continue;
        told.current.add(jobId);
        listener.current?.(session);
      }
    };
    const unsubscribe = client.store.subscribe(take);
    take();
    return () => {
      unsubscribe();
      for (const release of releases.values()) release();
    };
  }, [client, active]);

  useEffect(() => {
    if (!active || inUse) return undefined;
    const leave = nextLeave(client.store.getState());
    if (leave === null) return undefined;
    const timer = client.clock.setTimeout(
      () => {
        client.dismissRestored(leave.jobIds);
      },
      Math.max(0, leave.at - client.clock.now()),
    );
    return () => {
      client.clock.clearTimeout(timer);
    };
  }, [client, active, inUse, sessions]);

  const jobIds = view.kind === 'none' ? null : view.jobIds;
  const dismissBanner = useCallback(() => {
    if (jobIds !== null) client.dismissRestored(jobIds);
  }, [client, jobIds]);
  const restore = useCallback(() => {
    setAsked(true);
  }, []);

  return {
    resumeBannerText: restoreText(view),
    dismissBanner,
    isRestoring: view.kind === 'reconnecting' || (view.kind === 'resuming' && view.catchingUp),
    progress: view.kind === 'reconnecting' || view.kind === 'resuming' || view.kind === 'gone' ? view.percent : null,
    outcome: view.kind === 'none' || view.kind === 'reconnecting' || view.kind === 'resuming' ? null : view.kind,
    sessions,
    view,
    restore,
    keepBanner: setInUse,
  };
}
