/** What an earlier page is made to have left in the browser: too old, another user's, or not readable. */
import type { MemoryStorage } from '../memoryStorage.ts';
import type { StepOf } from '../scenario.ts';
import { MOCK_USER } from '../signIns.ts';

export function leaveEarlierRecord(sessions: MemoryStorage, now: number, step: StepOf<'device:leave'>): void {
  const snapshot = {
    jobId: step.job,
    title: 'An earlier job',
    status: 'running',
    progress: 45,
    createdAt: now - 60_000,
    epoch: 'earlier',
    sequence: 7,
    steps: [],
    channels: { output: { text: 'Text of an earlier page.', offset: 0 } },
    cancelRequested: false,
    resumeRequested: false,
    resumable: false,
  };
  const record = {
    version: 1,
    who: step.record === 'foreign' ? 'sub:somebody-else' : `sub:${MOCK_USER}`,
    savedAt: step.record === 'stale' ? now - 2 * 3_600_000 : now - 5_000,
    jobs: [{ snapshot, complete: true }],
  };
  const text = JSON.stringify(record);
  sessions.set('regen:session:earlier', step.record === 'damaged' ? text.slice(0, 80) : text);
}
