import { createDevice, createVirtualClock } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { clientReducer, createJobSubscription, type JobSubscription } from './jobSubscription.ts';
import { createSessionKeeper } from './sessionKeeper.ts';
import type { SavedJob } from './sessionRecord.ts';
import { completed, logOf, snapshotOf } from './testing/fixtures.ts';

function subscriptionOf(length: number, jobId = 'job-1', ended = false): JobSubscription {
  const log = logOf(length, { jobId });
  if (ended) log.push(completed(length + 1, { jobId }));
  return { ...createJobSubscription(jobId, clientReducer.fromSnapshot(snapshotOf(log))), outcome: 'snapshot' };
}

function createBed() {
  const clock = createVirtualClock();
  const device = createDevice();
  const saves: string[] = [];
  const bed = {
    clock,
    device,
    saves,
    who: 'sub:dev' as string | null,
    subscriptions: [] as JobSubscription[],
    works: true,
    /** Null: the server is heard all the time. */
    heardAt: null as number | null,
    savedAsOf: 0,
  };
  const keeper = createSessionKeeper(
    { clock, environment: device.environment },
    {
      save: (who, jobs, heardAt, carried) => {
        bed.savedAsOf = heardAt;
        const carriedIds = carried.map(({ snapshot }) => `${snapshot.jobId} as it was`);
        saves.push([who, ...jobs.map((job) => `${job.jobId}@${String(job.sequence)}`), ...carriedIds].join(' '));
        return bed.works;
      },
    },
    {
      who: () => bed.who,
      subscriptions: () => bed.subscriptions,
      heardAt: () => bed.heardAt ?? clock.now(),
    },
  );
  return Object.assign(bed, { keeper });
}

test('while a job is active its newest state is saved every two seconds', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(1_999);
  expect(bed.saves).toEqual([]);
  bed.clock.advance(1);
  bed.subscriptions = [subscriptionOf(5)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['sub:dev job-1@3', 'sub:dev job-1@5']);
});

test('what has not changed is not written again', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(20_000);
  expect(bed.saves).toHaveLength(1);
});

test('a job in which nothing happens stays young as long as the server is heard, and no longer', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(3_600_000);
  expect(bed.saves.length).toBeLessThan(10);
  expect(bed.clock.now() - bed.savedAsOf).toBeLessThan(700_000);
  const lostAt = bed.clock.now();
  bed.heardAt = lostAt;
  bed.clock.advance(7_200_000);
  bed.device.leavePage();
  expect(bed.savedAsOf).toBeLessThanOrEqual(lostAt);
});

test('a claimed job of which the server has not spoken stays as old as it was', () => {
  const bed = createBed();
  bed.keeper.carry([{ snapshot: snapshotOf(logOf(2)), complete: true, savedAt: 0 }]);
  const seeded = createJobSubscription('job-1', clientReducer.fromSnapshot(snapshotOf(logOf(2))));
  bed.subscriptions = [seeded];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.subscriptions = [{ ...seeded, outcome: 'live' }];
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['sub:dev job-1 as it was', 'sub:dev job-1@2']);
});

test('what was claimed and is not followed is not written again for its age', () => {
  const bed = createBed();
  bed.keeper.carry([{ snapshot: snapshotOf(logOf(2)), complete: true, savedAt: 0 }]);
  bed.keeper.touch();
  bed.clock.advance(3_600_000);
  expect(bed.saves).toEqual(['sub:dev job-1 as it was']);
});

test('when another user signs in the record is gone at once', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.carry([{ snapshot: snapshotOf(logOf(2, { jobId: 'b' })), complete: true, savedAt: 0 }]);
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.subscriptions = [];
  bed.keeper.clear();
  expect(bed.saves).toEqual(['sub:dev job-1@3 b as it was', 'sub:dev']);
  expect(bed.clock.pending()).toBe(0);
});

test('a page that is hidden or left saves at once', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.device.setVisible(false);
  expect(bed.saves).toEqual(['sub:dev job-1@3']);
  bed.subscriptions = [subscriptionOf(4)];
  bed.device.leavePage();
  expect(bed.saves).toEqual(['sub:dev job-1@3', 'sub:dev job-1@4']);
});

test('when the last active job is over the record is removed, and the timer ends', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.subscriptions = [subscriptionOf(3, 'job-1', true)];
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['sub:dev job-1@3', 'sub:dev']);
  expect(bed.clock.pending()).toBe(0);
});

test('a save that failed is tried again', () => {
  const bed = createBed();
  bed.works = false;
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.works = true;
  bed.clock.advance(4_000);
  expect(bed.saves).toHaveLength(2);
});

test('a renewed token is written even where nothing else changed', () => {
  const bed = createBed();
  bed.who = 'hash:1';
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.who = 'hash:2';
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['hash:1 job-1@3', 'hash:2 job-1@3']);
});

test('while nobody is known to be signed in nothing is saved', () => {
  const bed = createBed();
  bed.who = null;
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.touch();
  bed.device.setVisible(false);
  bed.clock.advance(10_000);
  expect(bed.saves).toEqual([]);
});

test('a claimed job whose text was not saved is kept as it was until more is known of it', () => {
  const bed = createBed();
  const claimed: SavedJob[] = [{ snapshot: snapshotOf(logOf(2, { jobId: 'b' })), complete: false, savedAt: 0 }];
  bed.keeper.carry(claimed);
  bed.subscriptions = [subscriptionOf(3, 'a'), createJobSubscription('b', null)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  bed.subscriptions = [subscriptionOf(3, 'a'), subscriptionOf(9, 'b')];
  bed.clock.advance(2_000);
  bed.subscriptions = [subscriptionOf(3, 'a', true), subscriptionOf(9, 'b', true)];
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['sub:dev a@3 b as it was', 'sub:dev a@3 b@9', 'sub:dev']);
});

test('a claimed job that turns out to be over is removed although nothing was saved by this page', () => {
  const bed = createBed();
  bed.keeper.carry([{ snapshot: snapshotOf(logOf(2)), complete: true, savedAt: 0 }]);
  bed.subscriptions = [subscriptionOf(3, 'job-1', true)];
  bed.keeper.touch();
  bed.clock.advance(2_000);
  expect(bed.saves).toEqual(['sub:dev']);
});

test('stopped, it saves a last time and leaves neither timer nor listener', () => {
  const bed = createBed();
  bed.subscriptions = [subscriptionOf(3)];
  bed.keeper.stop();
  bed.keeper.touch();
  bed.device.setVisible(false);
  expect(bed.saves).toEqual(['sub:dev job-1@3']);
  expect(bed.clock.pending()).toBe(0);
});
