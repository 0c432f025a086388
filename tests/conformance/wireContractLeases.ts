import { expect } from 'vitest';
import { appendTo, takeOver } from './wireCalls.ts';
import {
  bodyOf,
  chunk,
  chunks,
  errorOf,
  failure,
  progress,
  wireCase,
  worker,
  type WireCase,
} from './wireContractBed.ts';

export const leaseCases: readonly WireCase[] = [
  wireCase('WIRE-LEA-01', 'heartbeats keep the lease', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    for (let beat = 0; beat < 4; beat += 1) {
      await bed.harness.advance(leaseMs * 0.6);
      const answer = await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } });
      expect(answer).toEqual({ status: 200, body: { cancelRequested: false } });
    }
    expect(errorOf(await takeOver(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-02', 'appends keep the lease', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    for (let part = 0; part < 3; part += 1) {
      await bed.harness.advance(leaseMs * 0.6);
      await appendTo(bed, { events: [progress(part)], from: part + 2, writer });
    }
    expect(errorOf(await takeOver(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-03', 'the current token takes over at once, with a new token and epoch', async (bed) => {
    const { writer, epoch } = await bed.create();
    await bed.append('job-1', chunk('a'));
    const taken = bodyOf(await takeOver(bed, { writer }));
    expect(taken.sequence).toBe(2);
    expect(taken.writer).not.toBe(writer);
    expect(taken.epoch).not.toBe(epoch);
    expect(await appendTo(bed, { events: [chunk('b')], from: 3, writer: taken.writer })).toMatchObject({ status: 200 });
  }),
  wireCase(
    'WIRE-LEA-04',
    'a token that is not the current one is fenced, also when the lease has run out',
    async (bed) => {
      await bed.create();
      expect(errorOf(await takeOver(bed, { writer: 'someone-elses' }))).toMatchObject({ status: 409, code: 'fenced' });
      await bed.harness.advance(bed.harness.timings.leaseMs + 500);
      expect(errorOf(await takeOver(bed, { writer: 'someone-elses' }))).toMatchObject({ status: 409, code: 'fenced' });
    },
  ),
  wireCase('WIRE-LEA-05', 'without a token a takeover succeeds once the lease has run out', async (bed) => {
    await bed.create();
    await bed.harness.advance(bed.harness.timings.leaseMs + 500);
    expect(await takeOver(bed)).toMatchObject({ status: 200, body: { sequence: 1 } });
    expect(errorOf(await takeOver(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-06', 'a job that waits to be resumed can be taken over without a token', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect(await takeOver(bed)).toMatchObject({ status: 200, body: { sequence: 2 } });
    await bed.create({ jobId: 'job-2' });
    await bed.append('job-2', { type: 'job:paused' });
    expect(await bed.harness.workers.takeover({ caller: worker, jobId: 'job-2', body: {} })).toMatchObject({
      status: 200,
    });
  }),
  wireCase('WIRE-LEA-07', 'while the lease lives a takeover without a token is told when to try again', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    await bed.create();
    await bed.harness.advance(leaseMs / 2);
    const { status, code, retryAfterMs = 0 } = errorOf(await takeOver(bed));
    expect([status, code]).toEqual([409, 'leased']);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(leaseMs / 2 + 500);
    await bed.harness.advance(retryAfterMs + 1);
    expect(await takeOver(bed)).toMatchObject({ status: 200 });
  }),
  wireCase('WIRE-LEA-08', 'the worker that was replaced can neither write, beat nor take over', async (bed) => {
    const { writer } = await bed.create();
    await takeOver(bed, { writer });
    expect(errorOf(await appendTo(bed, { events: chunks(1), from: 2, writer })).code).toBe('fenced');
    expect(
      errorOf(await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } })).code,
    ).toBe('fenced');
    expect(errorOf(await takeOver(bed, { writer })).code).toBe('fenced');
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),
  wireCase('WIRE-LEA-08', 'a heartbeat or takeover of an unknown job is not_found', async (bed) => {
    expect(errorOf(await takeOver(bed)).code).toBe('not_found');
    const beat = await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer: 'w' } });
    expect(errorOf(beat)).toMatchObject({ status: 404, code: 'not_found' });
  }),
];
