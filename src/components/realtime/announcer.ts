/** One polite live region per client, shared by all parts; at most one message a second, so that none is cut short. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';

export interface Announcer {
  announce(message: string): void;
  /** Takes the region out of the page. */
  stop(): void;
}

const SPACING_MS = 1_000;
/** Older news than these are not worth hearing. */
const WAITING_MESSAGES = 4;

export function createAnnouncer(clock: Clock, page: Document): Announcer {
  const region = page.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  region.dataset['rgAnnouncer'] = '';
  // Hidden from the eye alone. Inline, so that it is hidden without the style sheet too.
  region.style.cssText =
    'position:absolute;inline-size:1px;block-size:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';
  page.body.append(region);
  let waiting: string[] = [];
  let timer: ClockTimer | undefined;

  function next(): void {
    const message = waiting.shift();
    timer = undefined;
    if (message === undefined) return;
    region.textContent = message;
    timer = clock.setTimeout(next, SPACING_MS);
  }

  return {
    announce: (message) => {
      waiting = [...waiting, message].slice(-WAITING_MESSAGES);
      if (timer === undefined) next();
    },
    stop: () => {
      clock.clearTimeout(timer);
      waiting = [];
      region.remove();
    },
  };
}
