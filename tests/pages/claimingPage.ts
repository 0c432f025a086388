/** A page that saves, and on a word claims what earlier pages of this browser left. Driven by `claim.test.ts`. */
import { browserPorts } from '../../src/services/realtime/browserPorts.ts';
import { clientReducer } from '../../src/services/realtime/jobSubscription.ts';
import { createSessions } from '../../src/services/realtime/sessionStorage.ts';
import { logOf, snapshotOf } from '../../src/services/realtime/testing/fixtures.ts';

const sessions = createSessions('http://server.test/', browserPorts(), (message) => {
  throw new Error(message);
});

export interface ClaimingPage {
  save(jobIds: readonly string[]): void;
  /** Claims at `at`, ms since the Unix epoch, so that pages do it at once; resolves to the ids that it got. */
  claim(at: number): Promise<readonly string[]>;
  /** How many records lie in this browser that no living page holds. */
  left(): Promise<number>;
}

const page: ClaimingPage = {
  save: (jobIds) => {
    sessions.save(
      'ada',
      jobIds.map((jobId) => clientReducer.fromSnapshot(snapshotOf(logOf(5, { jobId })))),
      Date.now(),
      [],
    );
  },
  claim: async (at) => {
    await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
    const jobs = await sessions.claim('ada');
    return jobs.map(({ snapshot }) => snapshot.jobId);
  },
  left: async () => {
    const { held = [] } = await navigator.locks.query();
    const names = new Set(held.map(({ name }) => name));
    return Object.keys(localStorage).filter((key) => key.startsWith('regen:session:') && !names.has(key)).length;
  },
};
Object.assign(globalThis, { page });
