/** Which job the page shows: the one that its address names, so that a reload, a link and a second tab show the same. */
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => {
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

/** The address of the page that shows a job. */
export function addressOf(jobId: string): string {
  return `#${encodeURIComponent(jobId)}`;
}

export function chooseJob(jobId: string): void {
  location.hash = addressOf(jobId);
}
