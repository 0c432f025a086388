import { expect } from 'vitest';
import { createJob } from './wireCalls.ts';
import { bodyOf, chunk, errorOf, user, wireCase, worker, type WireCase } from './wireContractBed.ts';

const BAD_JOBS: readonly (readonly [what: string, body: unknown])[] = [
  ['no body', undefined],
  ['no owner', { title: 'A job' }],
  ['no title', { ownerId: 'ann' }],
  ['an empty title', { ownerId: 'ann', title: '' }],
  ['a jobId that none can be', { jobId: '-x', ownerId: 'ann', title: 'A job' }],
  ['two steps of one id', { ownerId: 'ann', title: 'A job', steps: [{ id: 'a' }, { id: 'a' }] }],
];

export const createCases: readonly WireCase[] = [
  wireCase('WIRE-CRE-01', 'a new job is 201 with its epoch, its writer token and sequence 1', async (bed) => {
    const answer = await createJob(bed, {
      jobId: 'job-1',
      ownerId: 'ann',
      title: 'A job',
      metadata: { source: 'test' },
    });
    expect(answer).toMatchObject({ status: 201, body: { jobId: 'job-1', sequence: 1 } });
    const { epoch, writer } = bodyOf(answer);
    expect(epoch).not.toBe('');
    expect(writer).not.toBe('');
  }),
  wireCase('WIRE-CRE-01', 'without a jobId the server chooses one', async (bed) => {
    const one = bodyOf(await createJob(bed, { ownerId: 'ann', title: 'A job' }));
    const other = bodyOf(await createJob(bed, { ownerId: 'ann', title: 'A job' }));
    expect(one.jobId).not.toBe(other.jobId);
    expect((await bed.read(one.jobId)).title).toBe('A job');
  }),
  wireCase('WIRE-CRE-02', 'the same Idempotency-Key is 200 with the same answer, kept per owner', async (bed) => {
    const first = await createJob(bed, { ownerId: 'ann', title: 'A job' }, 'key-1');
    const again = await createJob(bed, { ownerId: 'ann', title: 'A job' }, 'key-1');
    expect(again).toEqual({ status: 200, body: bodyOf(first) });
    const other = await createJob(bed, { ownerId: 'bob', title: 'A job' }, 'key-1');
    expect(other.status).toBe(201);
    expect(bodyOf(other).jobId).not.toBe(bodyOf(first).jobId);
  }),
  wireCase(
    'WIRE-CRE-03',
    'the same jobId alone is 200 with the position as it is now, without a writer',
    async (bed) => {
      const { epoch } = await bed.create();
      await bed.append('job-1', chunk('a'));
      const again = await createJob(bed, { jobId: 'job-1', ownerId: 'ann', title: 'Other words' });
      expect(again).toEqual({ status: 200, body: { jobId: 'job-1', epoch, sequence: 2 } });
    },
  ),
  wireCase('WIRE-CRE-04', 'a jobId of another owner is a conflict', async (bed) => {
    await bed.create();
    expect(errorOf(await createJob(bed, { jobId: 'job-1', ownerId: 'bob', title: 'A job' }))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
  }),
  ...BAD_JOBS.map(([what, body]) =>
    wireCase('WIRE-CRE-05', `a job with ${what} is invalid_payload`, async (bed) => {
      expect(errorOf(await createJob(bed, body))).toMatchObject({ status: 400, code: 'invalid_payload' });
    }),
  ),
  wireCase('WIRE-CRE-06', 'what is for workers is unauthorized for users', async (bed) => {
    const { writer } = await bed.create();
    const { workers } = bed.harness;
    const caller = user('ann');
    const answers = [
      await workers.createJob({ caller, body: { ownerId: 'ann', title: 'Mine' } }),
      await workers.append({ caller, jobId: 'job-1', body: { events: [chunk('x')] } }),
      await workers.heartbeat({ caller, jobId: 'job-1', body: { writer } }),
      await workers.takeover({ caller, jobId: 'job-1', body: { writer } }),
      await workers.controlStream({ caller, send: () => undefined }),
      await workers.list({ caller: worker }),
    ];
    for (const answer of answers) expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),
];
