import { expect } from 'vitest';
import { chunk, failure, progress, wireCase, type WireCase } from './wireContractBed.ts';

const STARTS: readonly (readonly [what: string, event: Record<string, unknown>])[] = [
  ['job:started', { type: 'job:started' }],
  ['job:progress', progress(5)],
  ['job:step', { type: 'job:step', step: { id: 'thinking', status: 'active' } }],
  ['a chunk', chunk('a')],
];

export const foldCases: readonly WireCase[] = [
  ...STARTS.map(([what, event]) =>
    wireCase('WIRE-FOLD-01', `${what} moves a queued job to running`, async (bed) => {
      await bed.create();
      expect((await bed.read('job-1')).status).toBe('queued');
      await bed.append('job-1', event);
      const job = await bed.read('job-1');
      expect(job.status).toBe('running');
      expect(job.startedAt).toBeGreaterThan(0);
    }),
  ),
  wireCase('WIRE-FOLD-02', 'job:resumed clears an error', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect((await bed.read('job-1')).error).toMatchObject({ code: 'busy' });
    await bed.append('job-1', { type: 'job:resumed' });
    const job = await bed.read('job-1');
    expect(job.error).toBeUndefined();
    expect(job).toMatchObject({ status: 'running', resumable: false });
  }),
  wireCase('WIRE-FOLD-03', 'job:completed is 100 per cent, and steps that were not done stay pending', async (bed) => {
    await bed.create({ steps: [{ id: 'one' }, { id: 'two' }] });
    await bed.append('job-1', { type: 'job:step', step: { id: 'one', status: 'completed' } }, progress(40), {
      type: 'job:completed',
    });
    const job = await bed.read('job-1');
    expect(job.progress).toBe(100);
    expect(job.steps.map(({ status }) => status)).toEqual(['completed', 'pending']);
  }),
  wireCase('WIRE-FOLD-04', 'a step that was not announced is added, labelled by its id', async (bed) => {
    await bed.create({ steps: [{ id: 'one', label: 'First' }] });
    await bed.append('job-1', { type: 'job:step', step: { id: 'surprise', status: 'active' } });
    expect((await bed.read('job-1')).steps.map(({ id, label }) => [id, label])).toEqual([
      ['one', 'First'],
      ['surprise', 'surprise'],
    ]);
  }),
  wireCase('WIRE-FOLD-05', 'a step remembers the progress at which it began', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:step', step: { id: 'one', status: 'active' } }, progress(30), {
      type: 'job:step',
      step: { id: 'two', status: 'active' },
    });
    const { steps } = await bed.read('job-1');
    expect(steps[0]).not.toHaveProperty('startedAtProgress');
    expect(steps[1]?.startedAtProgress).toBe(30);
  }),
  wireCase(
    'WIRE-FOLD-05',
    'a step that becomes active again begins again, also one in which the job failed',
    async (bed) => {
      const active = (id: string): Record<string, unknown> => ({ type: 'job:step', step: { id, status: 'active' } });
      await bed.create();
      await bed.append('job-1', active('one'), { type: 'job:step', step: { id: 'one', status: 'completed' } });
      await bed.append('job-1', progress(30), active('two'), failure(true));
      const failed = (await bed.read('job-1')).steps;
      expect(failed[1]).toMatchObject({ status: 'active', startedAtProgress: 30 });
      expect(failed[1]?.finishedAt).toBeGreaterThan(0);
      await bed.append('job-1', { type: 'job:resumed' }, progress(40), active('one'), progress(50), active('two'));
      const { steps } = await bed.read('job-1');
      expect(steps.map(({ startedAtProgress }) => startedAtProgress)).toEqual([40, 50]);
      for (const step of steps) expect(step).not.toHaveProperty('finishedAt');
    },
  ),
  wireCase('WIRE-FOLD-06', 'a summary names the step that became active last', async (bed) => {
    await bed.create();
    await bed.append(
      'job-1',
      { type: 'job:step', step: { id: 'one', label: 'First', status: 'active' } },
      { type: 'job:step', step: { id: 'two', label: 'Second', status: 'active' } },
      { type: 'job:step', step: { id: 'one', status: 'completed' } },
    );
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    expect(jobs[0]?.step).toEqual({ id: 'two', label: 'Second' });
  }),
  wireCase('WIRE-FOLD-07', 'of a very long text the tail is kept, and its offset says so', async (bed) => {
    const { maxTextLength } = bed.harness.limits;
    await bed.create();
    const part = 'x'.repeat(50_000);
    for (let length = 0; length < maxTextLength * 2; length += part.length) await bed.append('job-1', chunk(part));
    const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1' });
    const output = answer.job?.channels['output'];
    expect(output?.offset).toBeGreaterThan(0);
    expect(output?.text.length).toBeGreaterThanOrEqual(maxTextLength);
    const next = await bed.append('job-1', chunk('!'));
    expect(next.sequence).toBe(answer.position.sequence + 1);
  }),
  wireCase('WIRE-FOLD-07', 'a text within the bound is kept from its beginning', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('from the beginning'));
    expect((await bed.read('job-1')).channels['output']).toEqual({ text: 'from the beginning', offset: 0 });
  }),
];
