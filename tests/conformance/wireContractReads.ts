import { expect } from 'vitest';
import { bodyOf, errorOf, user, wireCase, worker, type WireCase } from './wireContractBed.ts';

export const readCases: readonly WireCase[] = [
  wireCase('WIRE-READ-01', 'a worker and the owner read a job; for others there is none', async (bed) => {
    await bed.create();
    const { workers } = bed.harness;
    const mine = bodyOf(await workers.get({ caller: user('ann'), jobId: 'job-1' }));
    expect(mine.job).toEqual(await bed.read('job-1'));
    const foreign = errorOf(await workers.get({ caller: user('bob'), jobId: 'job-1' }));
    expect(foreign).toMatchObject({ status: 404, code: 'not_found' });
    expect(errorOf(await workers.get({ caller: user('bob'), jobId: 'none' }))).toEqual(foreign);
  }),
  wireCase('WIRE-READ-07', 'an owner’s jobs come in pages, the newest first', async (bed) => {
    const { workers } = bed.harness;
    for (let count = 0; count < 5; count += 1) {
      await bed.create({ jobId: `job-${String(count)}` });
      await bed.harness.advance(5);
    }
    await bed.create({ jobId: 'bobs', ownerId: 'bob' });
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = bodyOf(
        await workers.list({ caller: user('ann'), limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
      );
      expect(page.jobs.length).toBeLessThanOrEqual(2);
      ids.push(...page.jobs.map(({ jobId }) => jobId));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(ids).toEqual(['job-4', 'job-3', 'job-2', 'job-1', 'job-0']);
  }),
  wireCase('WIRE-READ-07', 'a list by status; what is no status, limit or cursor is invalid', async (bed) => {
    const { workers } = bed.harness;
    const caller = user('ann');
    await bed.create();
    await bed.create({ jobId: 'job-2' });
    await bed.append('job-2', { type: 'job:completed' });
    const done = bodyOf(await workers.list({ caller, status: 'completed' }));
    expect(done.jobs.map(({ jobId }) => jobId)).toEqual(['job-2']);
    for (const wrong of [{ status: 'done' }, { limit: 0 }, { limit: 10_000 }, { cursor: 'no-such-cursor' }]) {
      expect(errorOf(await workers.list({ caller, ...wrong })), JSON.stringify(wrong)).toMatchObject({ status: 400 });
    }
  }),
  wireCase('WIRE-READ-08', 'cancel and resume over HTTP answer as the commands do', async (bed) => {
    const { workers } = bed.harness;
    await bed.create();
    expect(await workers.resume({ caller: user('ann'), jobId: 'job-1' })).toEqual({
      status: 200,
      body: { state: 'not_resumable' },
    });
    expect(await workers.cancel({ caller: user('ann'), jobId: 'job-1', body: {} })).toEqual({
      status: 200,
      body: { state: 'requested' },
    });
    expect(await workers.cancel({ caller: worker, jobId: 'job-1', body: undefined })).toEqual({
      status: 200,
      body: { state: 'already_requested' },
    });
    expect(errorOf(await workers.cancel({ caller: user('bob'), jobId: 'job-1', body: {} })).status).toBe(404);
    await bed.append('job-1', { type: 'job:cancelled' });
    expect(await workers.cancel({ caller: worker, jobId: 'job-1', body: {} })).toEqual({
      status: 200,
      body: { state: 'already_finished' },
    });
  }),
];
