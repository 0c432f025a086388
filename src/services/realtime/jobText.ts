/** The texts of jobs, for readers that append to the page themselves instead of going through React. */
import { isFinished } from '@regen/realtime-shared';
import type { JobSubscription } from './jobSubscription.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { createRope, type OutputRope } from './outputRope.ts';

export interface TextView {
  rope: OutputRope;
  /** UTF-16 code units that were dropped from the front. */
  offset: number;
  /** Grows when the text is another one, not a longer one. */
  generation: number;
  /** The job is over: no more is to come. */
  isComplete: boolean;
}

/** One channel's text. Listeners are called at most once a frame, before the store's. */
export interface TextSource {
  read(): TextView;
  subscribe(listener: () => void): () => void;
}

export interface JobText {
  source(jobId: string, channel?: string): TextSource;
  /** Forgets the sources of a job that is not known any more. */
  forget(jobId: string): void;
  /** The job changed; its readers are told at the next `deliver`. */
  touch(jobId: string): void;
  deliver(): void;
}

const EMPTY = createRope();

export function createJobText(
  subscriptionOf: (jobId: string) => JobSubscription | undefined,
  onListenerError: (error: unknown) => void,
): JobText {
  const sources = new Map<string, Map<string, TextSource>>();
  const listeners = new Map<string, Listeners<[]>>();
  const touched = new Set<string>();

  function createSource(jobId: string, channel: string): TextSource {
    return {
      read: () => {
        const subscription = subscriptionOf(jobId);
        const state = subscription?.job?.channels[channel];
        return {
          rope: state?.text ?? EMPTY,
          offset: state?.offset ?? 0,
          generation: subscription?.generation ?? 0,
          isComplete: subscription?.job != null && isFinished(subscription.job),
        };
      },
      subscribe: (listener) => {
        const own = listeners.get(jobId) ?? createListeners(onListenerError);
        listeners.set(jobId, own);
        const leave = own.add(listener);
        return () => {
          leave();
          if (own.isEmpty() && listeners.get(jobId) === own) listeners.delete(jobId);
        };
      },
    };
  }

  return {
    source: (jobId, channel = 'output') => {
      const channels = sources.get(jobId) ?? new Map<string, TextSource>();
      sources.set(jobId, channels);
      const source = channels.get(channel) ?? createSource(jobId, channel);
      channels.set(channel, source);
      return source;
    },
    forget: (jobId) => {
      sources.delete(jobId);
    },
    touch: (jobId) => {
      if (listeners.has(jobId)) touched.add(jobId);
    },
    deliver: () => {
      const jobIds = [...touched];
      touched.clear();
      for (const jobId of jobIds) listeners.get(jobId)?.call();
    },
  };
}
