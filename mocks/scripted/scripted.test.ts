import { expect, onTestFinished, test } from 'vitest';
import { createTestPage, type TestPage } from '../../tests/scenarios/testPage.ts';
import { createPlayer, type Player } from '../player.ts';
import { anotherUser } from '../scenarios/anotherUser.ts';
import { HANDBOOK_JOB, STUDY } from '../scenarios/parts.ts';
import { created, ofJob, scenario, step, type Step } from '../testing/plantedScenario.ts';

const streamed = ofJob(100, 'worker:stream', { text: 'One two three four five six.', tokensPerSecond: 1 });

function play(steps: readonly Step[], more: Step = {}): Player<TestPage> {
  const player = createPlayer({ scenario: scenario([created, ...steps], more), createPage: createTestPage });
  onTestFinished(() => player.dispose());
  return player;
}

/** What the page knows of the job at that time. */
async function jobAt(player: Player<TestPage>, time: number) {
  await player.seek(time);
  const { page, refusals } = player.getState();
  const job = page?.client.store.getState().jobs.get('a')?.job;
  return { status: job?.status, progress: job?.progress, text: job?.channels['output']?.text.toString(), refusals };
}

test('a worker that completes its job writes what is left of a stream before', async () => {
  const player = play([streamed, ofJob(2_200, 'worker:complete')]);
  expect((await jobAt(player, 2_190)).text).toBe('One two');
  expect(await jobAt(player, 2_500)).toEqual({
    status: 'completed',
    progress: 100,
    text: 'One two three four five six.',
    refusals: [],
  });
});

test('a worker that fails or is cancelled drops what is left', async () => {
  const failed = play([
    streamed,
    ofJob(2_200, 'worker:fail', { code: 'timeout', message: 'No answer', retryable: false }),
  ]);
  expect(await jobAt(failed, 9_000)).toMatchObject({ status: 'failed', text: 'One two', refusals: [] });
  const cancelled = play([streamed, ofJob(2_200, 'worker:cancel')]);
  expect(await jobAt(cancelled, 9_000)).toMatchObject({ status: 'cancelled', text: 'One two', refusals: [] });
});

test('a stream waits while its worker is silent, and goes on where it stood', async () => {
  const player = play([streamed, ofJob(2_200, 'worker:silence'), ofJob(5_200, 'worker:speak')]);
  expect((await jobAt(player, 5_100)).text).toBe('One two');
  expect((await jobAt(player, 6_300)).text).toBe('One two three');
});

test('a stream that would begin while its worker is silent begins when it speaks', async () => {
  const player = play([ofJob(50, 'worker:silence'), streamed, ofJob(5_200, 'worker:speak')]);
  expect((await jobAt(player, 5_100)).text).toBeUndefined();
  expect((await jobAt(player, 6_300)).text).toBe('One');
});

test('a stream reports its percentage from the first token on', async () => {
  const player = play([
    ofJob(100, 'worker:stream', {
      text: 'One two three four five six seven eight.',
      tokensPerSecond: 1,
      progress: { from: 10, to: 12 },
    }),
  ]);
  expect((await jobAt(player, 1_200)).progress).toBe(10);
  expect((await jobAt(player, 9_000)).progress).toBe(12);
});

test('a job that a person asks twice to cancel is cancelled once, after the answer that the first one got', async () => {
  const player = play([ofJob(1_000, 'person:cancel'), ofJob(1_400, 'person:cancelElsewhere')]);
  expect((await jobAt(player, 1_590)).status).not.toBe('cancelled');
  expect(await jobAt(player, 5_000)).toMatchObject({ status: 'cancelled', refusals: [] });
});

test('a worker whose job was cancelled does nothing more, whatever the script had planned', async () => {
  const player = play([
    ofJob(1_000, 'person:cancel'),
    ofJob(3_000, 'worker:write', { text: 'Too late.' }),
    ofJob(4_000, 'worker:complete'),
  ]);
  expect(await jobAt(player, 5_000)).toMatchObject({ status: 'cancelled', text: undefined, refusals: [] });
});

test('a person who resumes a paused job has it resumed, not cancelled', async () => {
  const player = play([ofJob(1_000, 'worker:pause'), ofJob(2_000, 'person:resume')]);
  expect((await jobAt(player, 1_900)).status).toBe('paused');
  expect(await jobAt(player, 4_000)).toMatchObject({ status: 'running', refusals: [] });
});

test('a worker whose log lost everything tells its story again', async () => {
  const player = play([
    ofJob(500, 'worker:write', { text: 'Before. ' }),
    step(1_000, 'server:restart', { keepLog: false, downMs: 500 }),
    ofJob(3_000, 'worker:write', { text: 'After.' }),
  ]);
  expect(await jobAt(player, 9_000)).toMatchObject({ text: 'Before. After.', refusals: [] });
});

test('a server without its store says so, and that it has it again', async () => {
  const player = play([step(1_000, 'server:degrade'), step(4_000, 'server:recover')]);
  const isDegraded = async (time: number): Promise<boolean | undefined> => {
    await player.seek(time);
    return player.getState().page?.client.store.getState().connection.degraded;
  };
  expect(await isDegraded(3_900)).toBe(true);
  expect(await isDegraded(9_000)).toBe(false);
});

test.each([
  ['unauthorized', false],
  ['unavailable', true],
])('a server that refuses with %s is tried again by itself: %s', async (code, isTriedAgain) => {
  const player = play([
    step(1_000, 'server:refuse', { code, message: 'Not now' }),
    step(1_000, 'network:drop'),
    step(2_000, 'server:accept'),
  ]);
  await player.seek(9_000);
  const status = player.getState().page?.client.store.getState().connection.socketStatus;
  expect(status === 'connected').toBe(isTriedAgain);
});

test('of a user who has signed out, or whose place another one took, nothing is shown or saved; what was theirs is there when they are back', async () => {
  const player = createPlayer({ scenario: anotherUser, createPage: createTestPage });
  onTestFinished(() => player.dispose());
  const { first = 0, signedOut = 0, second = 0, firstAgain = 0 } = anotherUser.moments ?? {};
  const shown = () => [...(player.getState().page?.client.store.getState().jobs.keys() ?? [])];
  const saved = (): string => {
    const { sessions, tabStorage } = player.surroundings().device;
    return [sessions, tabStorage].flatMap((store) => store.keys().map((key) => store.get(key))).join();
  };
  await player.seek(first);
  expect(shown()).toEqual([STUDY]);
  expect(saved()).toContain(STUDY);
  await player.seek(signedOut);
  expect(shown()).toEqual([]);
  expect(saved()).not.toContain(STUDY);
  expect(player.getState().page?.client.store.getState().connection.refusal?.message).toMatch('no token');
  await player.seek(second);
  expect(shown()).toEqual([HANDBOOK_JOB.job]);
  expect(saved()).not.toContain(STUDY);
  await player.seek(firstAgain);
  expect(shown()).toEqual([STUDY]);
  expect(saved()).not.toContain(HANDBOOK_JOB.job);
  expect(player.getState()).toMatchObject({ refusals: [], page: { errors: [] } });
});

test('a sign-in is renewed for the user who is signed in, and a cancel from elsewhere is the owner’s', async () => {
  const player = play([
    { ...created, at: 100, job: 'b', owner: 'bob' },
    step(1_000, 'device:signIn', { user: 'bob', validMs: 3_000 }),
    step(2_000, 'device:renewToken'),
    step(6_000, 'person:cancelElsewhere', { job: 'b' }),
  ]);
  await player.seek(9_000);
  const { jobs, connection } = player.getState().page?.client.store.getState() ?? {};
  expect(connection?.socketStatus).toBe('connected');
  expect([...(jobs?.values() ?? [])].map(({ jobId, job }) => [jobId, job?.status])).toEqual([['b', 'cancelled']]);
});

test.each([
  ['dev:bob', 'connected'],
  ['dev:', 'disconnected'],
  ['bob', 'disconnected'],
])('a page with the token %s is %s', async (token, socketStatus) => {
  const player = play([]);
  await player.seek(1_000);
  player.surroundings().device.setToken(token);
  player.getState().page?.retryNow();
  await player.seek(3_000);
  expect(player.getState().page?.client.store.getState()).toMatchObject({ connection: { socketStatus } });
});
