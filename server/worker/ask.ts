import type { Clock, Random } from '@regen/realtime-shared';
import { backoff, wait } from './backoff.ts';
import { askedWait, isPassing, mayBeDone, type Answer } from './calls.ts';
import { publisherClosed } from './errors.ts';

/** Makes a call until it has an answer that stays. Rejects with `closed` once the publisher is. */
export type Ask = <Body>(call: () => Promise<Answer<Body>>) => Promise<{
  answer: Exclude<Answer<Body>, { kind: 'lost' }>;
  /** An earlier try may have been carried out. */
  mayBeRepeat: boolean;
}>;

export function createAsk({ clock, random, closed }: { clock: Clock; random: Random; closed: AbortSignal }): Ask {
  return async (call) => {
    let mayBeRepeat = false;
    for (let failures = 0; ; failures += 1) {
      if (closed.aborted) throw publisherClosed();
      const answer = await call();
      if (answer.kind === 'ok' || (answer.kind === 'error' && !isPassing(answer))) return { answer, mayBeRepeat };
      mayBeRepeat ||= mayBeDone(answer);
      await wait(clock, backoff(failures, askedWait(answer), random), closed);
    }
  };
}
