/** The browser tab of a run: one page at a time, which is opened, left or lost, and opened again. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { Activity } from './activity.ts';
import type { Device } from './device.ts';
import type { Page } from './page.ts';

export interface Tab<P extends Page> {
  /** The page that is open; null while there is none. */
  page(): P | null;
  open(): void;
  /** The page is left, with a last word to it, and opened again after `awayMs`. Without a page: nothing. */
  reload(awayMs: number): void;
  /** The page is gone without a word and opened again after `awayMs`. Without a page: nothing. */
  crash(awayMs: number): void;
  /** Closes the page, and no other one opens by itself. */
  close(): void;
}

export interface TabOptions<P extends Page> {
  createPage(): P;
  device: Device;
  clock: Clock;
  activity: Activity;
  /** Called after a page was opened or has gone; not after `close`. */
  onChange(): void;
}

export function createTab<P extends Page>({ createPage, device, clock, activity, onChange }: TabOptions<P>): Tab<P> {
  let page: P | null = null;
  let returnTimer: ClockTimer | undefined;

  function open(): void {
    returnTimer = undefined;
    page = createPage();
    void activity.track(page.open());
    onChange();
  }

  function leave(takeFromDevice: () => void, awayMs: number): void {
    const leaving = page;
    if (leaving === null) return;
    page = null;
    takeFromDevice();
    leaving.close();
    returnTimer = clock.setTimeout(open, awayMs);
    onChange();
  }

  return {
    page: () => page,
    open,
    reload: (awayMs) => {
      leave(device.leavePage, awayMs);
    },
    crash: (awayMs) => {
      leave(device.losePage, awayMs);
    },
    close: () => {
      clock.clearTimeout(returnTimer);
      page?.close();
      page = null;
    },
  };
}
