/** What an earlier page is made to have left in the browser: too old, another user's, or not readable. */
import type { MemoryStorage } from '../memoryStorage.ts';
import type { StepOf } from '../scenario.ts';
import { MOCK_USER } from '../signIns.ts';

export function leaveEarlierRecord(
  sessions: MemoryStorage,
  url: string,
  now: number,
  step: StepOf<'device:leave'>,
): void {
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
    version: 2,
    who: step.record === 'foreign' ? 'sub:somebody-else' : `sub:${MOCK_USER}`,
    jobs: [{ snapshot, complete: true, savedAt: step.record === 'stale' ? now - 2 * 3_600_000 : now - 5_000 }],
  };
  const text = JSON.stringify(record);
  sessions.set(`regen:session:${new URL(url).href} earlier`, step.record === 'damaged' ? text.slice(0, 80) : text);
}
