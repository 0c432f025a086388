import type { Activity } from '../activity.ts';

/** Real ms that mock-socket takes to open, to send up and to close (its `delay` function). */
const MOCK_SOCKET_DELAY_MS = 4;

/**
 * Counts one thing that was just given to mock-socket as in flight until it has landed. Timers of one length fire in the
 * order in which they were set, so this one fires right after mock-socket's own, whatever that one does. Set before it, it could
 * end a loop turn too early.
 */
export function countTransit(activity: Activity): void {
  setTimeout(activity.begin(), MOCK_SOCKET_DELAY_MS);
}
