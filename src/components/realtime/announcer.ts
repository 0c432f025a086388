/** One polite live region per client, shared by all parts; at most one message a second, so that none is cut short. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';

export interface Announcer {
  /** `passing` news, such as a step, give way to what lasts when more is to be said than there is time for. */
  announce(message: string, options?: { passing?: boolean }): void;
  /** Takes back what waits and what still stands in the region, such as what was told to another user. */
  clear(): void;
  /** Takes the region out of the page. */
  stop(): void;
}

const SPACING_MS = 1_000;
/** More than these are not worth hearing: by their turn they would be old. */
const WAITING_MESSAGES = 4;

interface Waiting {
  message: string;
  passing: boolean;
}

export function createAnnouncer(clock: Clock, page: Document): Announcer {
  const region = page.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  region.dataset['rgAnnouncer'] = '';
  // Hidden from the eye alone. Inline, so that it is hidden without the style sheet too.
  region.style.cssText =
    'position:absolute;inline-size:1px;block-size:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';
  page.body.append(region);
  const waiting: Waiting[] = [];
  let timer: ClockTimer | undefined;

  function next(): void {
    const first = waiting.shift();
    timer = undefined;
    if (first === undefined) return;
    region.textContent = first.message;
    timer = clock.setTimeout(next, SPACING_MS);
  }

  return {
    announce: (message, { passing = false } = {}) => {
      waiting.push({ message, passing });
      if (waiting.length > WAITING_MESSAGES) {
        const oldest = waiting.findIndex((one) => one.passing);
        waiting.splice(Math.max(0, oldest), 1);
      }
      if (timer === undefined) next();
    },
    clear: () => {
      waiting.length = 0;
      region.textContent = '';
    },
    stop: () => {
      clock.clearTimeout(timer);
      region.remove();
    },
  };
}
