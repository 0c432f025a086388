import type { Clock, HttpErrorCode, TakeoverResponse } from '@regen/realtime-shared';
import type { Ask } from './ask.ts';
import { wait } from './backoff.ts';
import { refusedBy, type PublishErrorCode } from './errors.ts';
import type { WorkerCalls } from './calls.ts';

/** More than a timer may be early. */
const MARGIN_MS = 250;

const CODES: Partial<Record<HttpErrorCode, PublishErrorCode>> = {
  fenced: 'fenced',
  leased: 'fenced',
  finished: 'finished',
  not_found: 'not_found',
};

/**
 * Takes a job over, by its writer where that is known. Where somebody has it since that may be a successor which died as
 * well, or this very call before its answer was lost: who lives renews the lease, so it is waited for once. `mayBeDead`:
 * the same goes for who has the lease at first.
 */
export function createTakeover(options: {
  calls: WorkerCalls;
  ask: Ask;
  clock: Clock;
  closed: AbortSignal;
}): (jobId: string, by: { writer?: string | undefined; mayBeDead?: boolean }) => Promise<TakeoverResponse> {
  const { calls, ask, clock, closed } = options;

  return async (jobId, { writer, ...by }) => {
    let token = writer;
    let mayBeDead = by.mayBeDead ?? writer !== undefined;
    for (;;) {
      const current = token;
      const { answer, mayBeRepeat } = await ask(() => calls.takeover(jobId, current));
      if (answer.kind === 'ok') return answer.body;
      mayBeDead ||= mayBeRepeat;
      const { code, retryAfterMs = 0 } = answer.error;
      if (code === 'fenced' && token !== undefined) {
        token = undefined;
      } else if (code === 'leased' && mayBeDead) {
        mayBeDead = false;
        await wait(clock, retryAfterMs + MARGIN_MS, closed);
      } else {
        throw refusedBy(`to take job "${jobId}" over`, answer.error, CODES[code]);
      }
    }
  };
}
