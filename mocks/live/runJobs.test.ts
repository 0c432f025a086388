import type { WorkerApi } from '@regen/realtime-core';
import { expect, test, vi } from 'vitest';
import { createActivity } from '../activity.ts';
import { createLink } from '../link.ts';
import { createMockBackend } from '../mockBackend.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { createSignIns } from '../signIns.ts';
import { createVirtualClock } from '../virtualClock.ts';
import { createRunJobs, type RunJobs } from './runJobs.ts';

const WORKER = { kind: 'worker' } as const;

function startServer(): WorkerApi {
  const clock = createVirtualClock();
  return createMockBackend({
    url: 'http://runs.mock.invalid',
    clock,
    random: createSeededRandom(1),
    activity: createActivity(),
    link: createLink({ clock }),
    authenticate: createSignIns(clock).authenticate,
  }).workers;
}

/** Creates the job as the run's worker does; resolves with the writer. */
async function create(run: RunJobs, jobId: string): Promise<string> {
  const answer = await run.workers.createJob({ caller: WORKER, body: { jobId, ownerId: 'dev', title: jobId } });
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.body.writer ?? '';
}

/** A server with three jobs of a run: one that runs, one that has ended, and one that another process took over. */
async function threeJobs(): Promise<{ api: WorkerApi; run: RunJobs }> {
  const api = startServer();
  const run = createRunJobs(api);
  for (const jobId of ['running', 'completed', 'taken']) {
    const writer = await create(run, jobId);
    const events = [{ type: 'job:started' }, ...(jobId === 'completed' ? [{ type: 'job:completed' }] : [])];
    await run.workers.append({ caller: WORKER, jobId, body: { events, from: 2, writer } });
    if (jobId === 'taken') await run.workers.takeover({ caller: WORKER, jobId, body: { writer } });
  }
  return { api, run };
}

/** The calls by which it cancels. */
function cancelNow(run: RunJobs, api: WorkerApi): ReturnType<WorkerApi['append']>[] {
  const sent: ReturnType<WorkerApi['append']>[] = [];
  run.cancelNow({
    ...api,
    append: (request) => {
      const call = api.append(request);
      sent.push(call);
      return call;
    },
  });
  return sent;
}

async function statusOf(api: WorkerApi, jobId: string): Promise<string> {
  const answer = await api.get({ caller: WORKER, jobId });
  return 'error' in answer ? answer.error.code : answer.body.job.status;
}

function statuses(api: WorkerApi): Promise<readonly string[]> {
  return Promise.all(['running', 'completed', 'taken'].map((jobId) => statusOf(api, jobId)));
}

/** The API, where the answer to the creation of `making` arrives once it is let through: the job is there before. */
function holdingAnswers(api: WorkerApi): { api: WorkerApi; made: Promise<void>; letThrough(): void } {
  let letThrough = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let isMade = (): void => undefined;
  const made = new Promise<void>((resolve) => {
    isMade = resolve;
  });
  return {
    api: {
      ...api,
      createJob: async (request) => {
        const answer = await api.createJob(request);
        if ((request.body as { jobId: string }).jobId !== 'making') return answer;
        isMade();
        await answered;
        return answer;
      },
    },
    made,
    letThrough: () => {
      letThrough();
    },
  };
}

test('a run cancels what it left running, and asks nothing that is refused', async () => {
  const { api, run } = await threeJobs();
  const append = vi.spyOn(api, 'append');
  await run.cancelLeft();
  expect(await statuses(api)).toEqual(['cancelled', 'completed', 'cancelled']);
  const answers = await Promise.all(append.mock.results.map(({ value }) => value as ReturnType<WorkerApi['append']>));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  append.mockClear();
  await run.cancelLeft();
  expect(append).not.toHaveBeenCalled();
});

test('a job that somebody else ended is not cancelled', async () => {
  const api = startServer();
  const run = createRunJobs(api);
  await create(run, 'ended');
  await api.append({ caller: WORKER, jobId: 'ended', body: { events: [{ type: 'job:completed' }] } });
  const append = vi.spyOn(api, 'append');
  await run.cancelLeft();
  expect(append).not.toHaveBeenCalled();
  expect(await statusOf(api, 'ended')).toBe('completed');
});

test('a job that failed and goes on is cancelled', async () => {
  const api = startServer();
  const run = createRunJobs(api);
  const writer = await create(run, 'again');
  const error = { code: 'overloaded', message: 'Too much to do.', retryable: true };
  for (const [from, event] of [
    [2, { type: 'job:failed', error }],
    [3, { type: 'job:resumed' }],
  ] as const) {
    await run.workers.append({ caller: WORKER, jobId: 'again', body: { events: [event], from, writer } });
  }
  expect(await statusOf(api, 'again')).toBe('running');
  await run.cancelLeft();
  expect(await statusOf(api, 'again')).toBe('cancelled');
});

test('a job that is being made is cancelled once that was answered, and no other job waits for it', async () => {
  const held = holdingAnswers(startServer());
  const run = createRunJobs(held.api);
  await create(run, 'other');
  const making = create(run, 'making');
  await held.made;
  const left = run.cancelLeft();
  await createActivity().settled();
  expect(await statusOf(held.api, 'other')).toBe('cancelled');
  expect(await statusOf(held.api, 'making')).toBe('queued');
  held.letThrough();
  await making;
  await left;
  expect(await statusOf(held.api, 'making')).toBe('cancelled');
});

test('a job that is being taken over is cancelled behind it', async () => {
  const api = startServer();
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const run = createRunJobs({
    ...api,
    takeover: async (request) => {
      await arrived;
      return api.takeover(request);
    },
  });
  const writer = await create(run, 'job');
  const taking = run.workers.takeover({ caller: WORKER, jobId: 'job', body: { writer } });
  const left = run.cancelLeft();
  await createActivity().settled();
  arrive();
  expect(await taking).toMatchObject({ status: 200 });
  await left;
  expect(await statusOf(api, 'job')).toBe('cancelled');
});

test('a job whose creation was answered with an error of the server may be there, and is cancelled', async () => {
  const api = startServer();
  const run = createRunJobs({
    ...api,
    createJob: async (request) => {
      await api.createJob(request);
      return { status: 503, error: { code: 'unavailable', message: 'The server could not be reached.' } };
    },
  });
  await expect(create(run, 'unsure')).rejects.toThrow('could not be reached');
  await run.cancelLeft();
  expect(await statusOf(api, 'unsure')).toBe('cancelled');
});

test('a job that was refused is not cancelled', async () => {
  const api = startServer();
  const run = createRunJobs(api);
  await api.createJob({ caller: WORKER, body: { jobId: 'taken', ownerId: 'somebody', title: 'Taken' } });
  await expect(create(run, 'taken')).rejects.toThrow('another owner');
  expect(cancelNow(run, api)).toEqual([]);
  expect(await statusOf(api, 'taken')).toBe('queued');
});

test('a run that is left at once cancels by its last calls, without a question', async () => {
  const { api, run } = await threeJobs();
  const sent = cancelNow(run, api);
  expect(sent).toHaveLength(2);
  await Promise.all(sent);
  expect(await statuses(api)).toEqual(['cancelled', 'completed', 'cancelled']);
});

test('a run that is left at once cancels a job that is being made, too', async () => {
  const held = holdingAnswers(startServer());
  const run = createRunJobs(held.api);
  const making = create(run, 'making');
  await held.made;
  await Promise.all(cancelNow(run, held.api));
  expect(await statusOf(held.api, 'making')).toBe('cancelled');
  const append = vi.spyOn(held.api, 'append');
  held.letThrough();
  await making;
  await run.cancelLeft();
  expect(append).not.toHaveBeenCalled();
});

test('where the last call came before the job, the page that comes back cancels it', async () => {
  const api = startServer();
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const run = createRunJobs({
    ...api,
    createJob: async (request) => {
      await arrived;
      return api.createJob(request);
    },
  });
  const making = create(run, 'late');
  const [early] = await Promise.all(cancelNow(run, api));
  expect(early).toMatchObject({ status: 404 });
  arrive();
  await making;
  await createActivity().settled();
  expect(await statusOf(api, 'late')).toBe('cancelled');
});

test('what is on its way as a run is left stays, and the job is cancelled behind it', async () => {
  const { api, run } = await threeJobs();
  const writer = await create(run, 'late');
  const late = run.workers.append({
    caller: WORKER,
    jobId: 'late',
    body: { events: [{ type: 'job:started' }], from: 2, writer },
  });
  const sent = cancelNow(run, api);
  await Promise.all([late, ...sent]);
  expect(await api.get({ caller: WORKER, jobId: 'late' })).toMatchObject({
    body: { job: { status: 'cancelled', sequence: 3 } },
  });
});
