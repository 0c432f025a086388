/** Which job the page shows: the one that its address names, so that a reload, a link and a second tab show the same. */
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let moves = 0;

addEventListener('hashchange', () => {
  moves += 1;
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('hashchange', listener);
  };
}

function chosenJob(): string | null {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    // An address that somebody mistyped names no job.
    return null;
  }
}

/** Null where the address names none. */
export function useChosenJob(): string | null {
  return useSyncExternalStore(subscribe, chosenJob);
}

/** Whether a person has gone from one job to another since the page was opened. */
export function hasMoved(): boolean {
  return moves > 0;
}

/** The address of the page that shows a job. */
export function addressOf(jobId: string): string {
  return `#${encodeURIComponent(jobId)}`;
}

export function chooseJob(jobId: string): void {
  location.hash = addressOf(jobId);
}

/** Puts a job, or none, into the address, without a step back to where the page was. */
export function settleOn(jobId: string | null): void {
  history.replaceState(null, '', jobId === null ? location.pathname + location.search : addressOf(jobId));
  for (const listener of [...listeners]) listener();
}
