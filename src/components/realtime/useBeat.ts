'use client';
import { useState } from 'react';

/** ms between two beats of the live pulse. */
const BEAT_INTERVAL_MS = 2_000;

/**
 * The pulse is a witness: it beats once when something arrived, at most every 2 s. The value changes with each beat
 * and serves as the key of what beats.
 */
export function useBeat(lastEventAt: number | null): number {
  const [beat, setBeat] = useState(lastEventAt ?? 0);
  if (lastEventAt === null || lastEventAt - beat < BEAT_INTERVAL_MS) return beat;
  setBeat(lastEventAt);
  return lastEventAt;
}
