import { clockFrames, createDevice, createSeededRandom, createVirtualClock } from '@regen/realtime-mocks';
import { EVENTS, type JobEvent, type JobSnapshot } from '@regen/realtime-shared';
import { StrictMode, useEffect, type ReactElement, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { expect, test, vi } from 'vitest';
import { mount } from '../../tests/browser/mount.ts';
import type { RealtimeError } from '../services/realtime/errors.ts';
import { createRealtimeClient } from '../services/realtime/createRealtimeClient.ts';
import { createStore, type RealtimeState, type RestoredJob } from '../services/realtime/realtimeStore.ts';
import { entryFacts, stateFacts } from '../presentation/testFacts.ts';
import { chunk, completed, logOf, progress, snapshotOf, textOf } from '../services/realtime/testing/fixtures.ts';
import { createScriptedServer, settled } from '../services/realtime/testing/scriptedServer.ts';
import { RealtimeProvider } from './RealtimeProvider.tsx';
import { useSessionRestore, type SessionRestore, type SessionRestoreOptions } from './sessionRestore.ts';
import { useConnection } from './useConnection.ts';
import { useJobProgress } from './useJobProgress.ts';
import { useJobs } from './useJobs.ts';
import { useNow } from './useNow.ts';

const JOB = 'job-1';
let pages = 0;

function createBed(clock = createVirtualClock(), device = createDevice()) {
  const server = createScriptedServer();
  pages += 1;
  const client = createRealtimeClient({
    url: 'http://server.test',
    token: () => null,
    openWire: server.openWire,
    ports: {
      clock,
      random: createSeededRandom(pages),
      environment: device.environment,
      frames: clockFrames(clock),
      sessions: device.sessions,
      tabStorage: device.tabStorage,
      tabs: device.tabs,
    },
  });
  return {
    clock,
    device,
    server,
    client,
    page: (children: ReactNode): ReactElement => (
      <StrictMode>
        <RealtimeProvider client={client}>{children}</RealtimeProvider>
      </StrictMode>
    ),
    advance: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
    accept: async () => {
      await settled();
      server.attempt().accept();
      await settled();
    },
    emit: async (...log: JobEvent[]) => {
      for (const { type, ...payload } of log) server.attempt().emit(type, payload);
      clock.advance(20);
      await settled();
    },
    answerSubscribe: async (outcome: string, sequence: number, job?: JobSnapshot) => {
      const position = { epoch: 'e1', sequence };
      const command = server.attempt().last(EVENTS.JOB_SUBSCRIBE);
      command.answer({ outcome, position, serverTime: clock.now(), ...(job === undefined ? {} : { job }) });
      await settled();
      clock.advance(20);
      await settled();
    },
  };
}

test('mounted twice by StrictMode, a page opens one connection and keeps one subscription', async () => {
  const bed = createBed();
  const Part = (): ReactElement => {
    useJobs();
    return <p>{useJobProgress(JOB).state.status}</p>;
  };
  const page = mount(bed.page([<Part key="one" />, <Part key="other" />]));
  expect(page.container.textContent).toBe('idleidle');
  await bed.accept();
  await bed.answerSubscribe('snapshot', 5, snapshotOf(logOf(5)));
  await bed.advance(5_000);
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_SUBSCRIBE, EVENTS.JOBS_WATCH]);
  expect(page.container.textContent).toBe('runningrunning');
  page.unmount();
  await bed.advance(3_000);
  expect(bed.client.getStatus().subscriptions).toBe(0);
  expect(bed.server.alive()).toBe(1);
});

test('a part that is taken away and shown again at once keeps its subscription', async () => {
  const bed = createBed();
  const Part = (): ReactElement => <p>{useJobProgress(JOB).streamingText}</p>;
  const page = mount(bed.page(<Part key="one" />));
  await bed.accept();
  await bed.answerSubscribe('snapshot', 5, snapshotOf(logOf(5)));
  page.render(bed.page(null));
  await bed.advance(500);
  page.render(bed.page(<Part key="other" />));
  expect(page.container.textContent).toBe(textOf(5));
  await bed.advance(5_000);
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_SUBSCRIBE]);
});

test('a job renders for itself, once a frame, and not for another job nor for a contact', async () => {
  const bed = createBed();
  const renders: number[] = [];
  const Part = (): ReactElement => {
    renders.push(useJobProgress(JOB).lastSequence);
    return <p />;
  };
  const page = mount(
    <RealtimeProvider client={bed.client}>
      <Part />
    </RealtimeProvider>,
  );
  await bed.accept();
  await bed.answerSubscribe('snapshot', 5, snapshotOf(logOf(5)));
  bed.client.retainJob('other');
  await bed.answerSubscribe('snapshot', 3, snapshotOf(logOf(3, { jobId: 'other' })));
  renders.length = 0;
  for (let sequence = 4; sequence < 60; sequence += 1) {
    await bed.emit(progress(sequence, sequence, { jobId: 'other' }));
    await bed.advance(100);
  }
  expect(renders).toEqual([]);
  await bed.emit(...logOf(300).slice(5));
  expect(renders).toEqual([300]);
  page.unmount();
});

test('with another job id the hook shows that job', async () => {
  const bed = createBed();
  const Part = ({ jobId }: { jobId: string }): ReactElement => <p>{useJobProgress(jobId).streamingText}</p>;
  const page = mount(bed.page(<Part jobId={JOB} />));
  await bed.accept();
  await bed.answerSubscribe('snapshot', 5, snapshotOf(logOf(5)));
  page.render(bed.page(<Part jobId="other" />));
  expect(page.container.textContent).toBe('');
  await bed.answerSubscribe('snapshot', 3, snapshotOf(logOf(3, { jobId: 'other' })));
  expect(page.container.textContent).toBe(textOf(3));
  await bed.advance(3_000);
  expect(bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE).payload).toEqual({ jobId: JOB });
});

test('a job says what its state is worth: asked for, arriving, live, out of reach, gone', async () => {
  const bed = createBed();
  const Part = (): ReactElement => {
    const { sync, state } = useJobProgress(JOB);
    return <p>{`${state.status}, ${sync.kind}`}</p>;
  };
  const page = mount(bed.page(<Part />));
  expect(page.container.textContent).toBe('idle, subscribing');
  await bed.accept();
  await bed.answerSubscribe('snapshot', 5, snapshotOf(logOf(5)));
  expect(page.container.textContent).toBe('running, live');
  bed.server.attempt().drop();
  await bed.advance(20);
  expect(page.container.textContent).toBe('running, stale');
  await bed.advance(5_000);
  await bed.accept();
  await bed.answerSubscribe('replayed', 8);
  expect(page.container.textContent).toBe('running, catchingUp');
  bed.server.attempt().drop();
  await bed.advance(5_000);
  await bed.accept();
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await settled();
  await bed.advance(20);
  expect(page.container.textContent).toBe('running, gone');
});

test('the connection is shown as it is, from before the first attempt to a loss', async () => {
  const bed = createBed();
  const Part = (): ReactElement => {
    const { socketStatus, retryCount } = useConnection();
    return <p>{`${socketStatus} ${String(retryCount)}`}</p>;
  };
  const page = mount(bed.page(<Part />));
  expect(page.container.textContent).toBe('initial 0');
  await bed.accept();
  await bed.advance(20);
  expect(page.container.textContent).toBe('connected 0');
  bed.server.attempt().drop();
  await bed.advance(20);
  expect(page.container.textContent).toBe('reconnecting 1');
});

test('a step that passes while the time is read is no change to React', async () => {
  const bed = createBed();
  const clock = {
    ...bed.clock,
    now: () => {
      bed.clock.advance(600);
      return bed.clock.now();
    },
  };
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const Time = (): ReactElement => <p>{useNow(1_000, true)}</p>;
  const page = mount(
    <RealtimeProvider client={{ ...bed.client, clock }}>
      <Time />
    </RealtimeProvider>,
  );
  await settled();
  expect(page.container.textContent).toMatch(/000$/);
  expect(complaints.mock.calls).toEqual([]);
  complaints.mockRestore();
});

test('time goes in whole steps while active, stands still in a hidden page, and is right when it is shown again', async () => {
  const bed = createBed();
  const start = bed.clock.now();
  const seen: number[] = [];
  const Part = ({ active }: { active: boolean }): ReactElement => {
    seen.push(useNow(1_000, active) - start);
    return <p />;
  };
  const page = mount(bed.page(<Part active />));
  await bed.advance(2_500);
  bed.device.setVisible(false);
  seen.length = 0;
  await bed.advance(4_000);
  expect(seen).toEqual([]);
  bed.device.setVisible(true);
  await settled();
  expect(new Set(seen)).toEqual(new Set([6_000]));
  const timers = bed.clock.pending();
  page.render(bed.page(<Part active={false} />));
  expect(bed.clock.pending()).toBe(timers - 1);
});

/** A browser in which an earlier page watched jobs up to 45%, and crashed. */
async function createReturn(jobIds: readonly string[] = [JOB]) {
  const before = createBed();
  for (const jobId of jobIds) before.client.retainJob(jobId);
  void before.client.start();
  await before.accept();
  for (const { payload, answer } of before.server.attempt().sent) {
    const { jobId } = payload as { jobId: string };
    const job = snapshotOf([...logOf(6, { jobId }), progress(7, 45, { jobId })]);
    answer({ outcome: 'snapshot', position: { epoch: 'e1', sequence: 7 }, serverTime: before.clock.now(), job });
  }
  await settled();
  await before.advance(2_100);
  const records = before.device.sessions.keys().map((key) => [key, before.device.sessions.get(key) ?? ''] as const);
  before.client.stop();
  before.device.losePage();
  for (const [key, value] of records) before.device.sessions.set(key, value);
  const bed = createBed(before.clock, before.device);
  const latest: { current: SessionRestore | null } = { current: null };
  const found: string[] = [];
  const onRestore = (session: RestoredJob): void => {
    found.push(`${session.jobId} at ${String(session.progress)}`);
  };
  const Banner = (options: SessionRestoreOptions): ReactElement => {
    const restored = useSessionRestore({ onRestore, ...options });
    useEffect(() => {
      latest.current = restored;
    });
    return <p>{restored.resumeBannerText}</p>;
  };
  return {
    ...bed,
    found,
    Banner,
    restored: (): SessionRestore => {
      if (latest.current === null) throw new Error('The banner has not been rendered.');
      return latest.current;
    },
  };
}

test('after a crash the banner counts up to the resume, and leaves four seconds after the text has caught up', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner />));
  expect(page.container.textContent).toBe('');
  await settled();
  expect(page.container.textContent).toBe('Reconnecting to job (45%)…');
  expect(bed.restored()).toMatchObject({ isRestoring: true, progress: 45, outcome: null });
  await bed.accept();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 7 },
  });
  await bed.answerSubscribe('replayed', 8);
  expect(page.container.textContent).toBe('Resuming from 45%');
  await bed.advance(4_500);
  expect(page.container.textContent).toBe('Resuming from 45%');
  await bed.emit(chunk(8, 'more', 15));
  expect(bed.restored()).toMatchObject({ isRestoring: false, progress: 45 });
  await bed.advance(3_900);
  expect(page.container.textContent).toBe('Resuming from 45%');
  await bed.advance(200);
  expect(page.container.textContent).toBe('');
  expect(bed.client.getStatus().subscriptions).toBe(1);
  expect(bed.found).toEqual([`${JOB} at 45`]);
});

test('where no server answers the banner says what it waits for and what is kept, and offers to try now', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner />));
  await settled();
  bed.server.attempt().refuse(null);
  await bed.advance(20);
  expect(page.container.textContent).toBe(
    'Waiting for a connection to the job (45%). The text so far is kept in this browser.',
  );
  const { action } = bed.restored().banner;
  expect(action?.label).toBe('Retry now');
  const { length } = bed.server.attempts;
  action?.onSelect();
  await bed.advance(20);
  expect(bed.server.attempts).toHaveLength(length + 1);
  await bed.accept();
  await bed.answerSubscribe('replayed', 8);
  expect(page.container.textContent).toBe('Resuming from 45%');
});

test('a banner in use does not leave by itself', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner />));
  await bed.accept();
  await bed.answerSubscribe('live', 7);
  flushSync(() => {
    bed.restored().keepBanner(true);
  });
  await settled();
  await bed.advance(60_000);
  expect(page.container.textContent).toBe('Resuming from 45%');
  flushSync(() => {
    bed.restored().keepBanner(false);
  });
  await settled();
  await bed.advance(20);
  expect(page.container.textContent).toBe('');
});

/** The banner alone, on a store that says what is found; what is dismissed is gone at once. */
function mountFound(bed: Awaited<ReturnType<typeof createReturn>>, caughtUpAt: number) {
  const found = { title: '', progress: 45, savedAt: 0, caughtUp: { at: caughtUpAt, status: 'running' } } as const;
  const stateWith = (jobId: string): RealtimeState => ({
    ...stateFacts([entryFacts({}, { jobId })]),
    restored: [{ ...found, jobId }],
  });
  const store = createStore(stateWith('one'), () => undefined);
  const dismissRestored = (): void => {
    store.setState({ ...store.getState(), restored: [] });
  };
  const page = mount(
    <RealtimeProvider client={{ ...bed.client, store, dismissRestored }}>
      <bed.Banner />
    </RealtimeProvider>,
  );
  return {
    page,
    find: (jobId: string): void => {
      store.setState(stateWith(jobId));
    },
  };
}

test('a message that was dismissed while in use does not keep the next one', async () => {
  const bed = await createReturn();
  const { page, find } = mountFound(bed, bed.clock.now());
  flushSync(() => {
    bed.restored().keepBanner(true);
  });
  bed.restored().dismissBanner();
  await settled();
  expect(page.container.textContent).toBe('');
  find('other');
  await settled();
  expect(page.container.textContent).toBe('Resuming from 45%');
  await bed.advance(4_100);
  expect(page.container.textContent).toBe('');
});

test('a message whose time is over leaves also where the clock stands still', async () => {
  const bed = await createReturn();
  const { page } = mountFound(bed, bed.clock.now() - 4_000);
  await settled();
  expect(page.container.textContent).toBe('');
});

test('what became of a job that ended stays until it is dismissed', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner />));
  await bed.accept();
  const log = [...logOf(6), progress(7, 45), completed(8)];
  await bed.answerSubscribe('snapshot', 8, snapshotOf(log));
  await bed.advance(60_000);
  expect(page.container.textContent).toBe('Market study was completed while you were away.');
  expect(bed.restored()).toMatchObject({ isRestoring: false, outcome: 'completed' });
  bed.restored().dismissBanner();
  await bed.advance(20);
  expect(page.container.textContent).toBe('');
});

test('several jobs are one banner with a count, and each is told once', async () => {
  const bed = await createReturn(['a', 'b', 'c']);
  const page = mount(bed.page(<bed.Banner />));
  await settled();
  expect(page.container.textContent).toBe('Reconnecting to 3 jobs…');
  expect(bed.found).toEqual(['a at 45', 'b at 45', 'c at 45']);
  expect(bed.restored().progress).toBeNull();
});

test('a job whose log is gone is said plainly, also that its text is kept', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner />));
  await bed.accept();
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await settled();
  await bed.advance(20);
  expect(page.container.textContent).toBe(
    'The server does not have this job. The text up to 45% is kept in this browser; the rest is lost.',
  );
  expect(bed.restored().outcome).toBe('gone');
});

test('without autoSubscribe nothing is subscribed or said until restore is called', async () => {
  const bed = await createReturn();
  const page = mount(bed.page(<bed.Banner autoSubscribe={false} />));
  await bed.accept();
  expect(page.container.textContent).toBe('');
  expect(bed.restored().sessions).toMatchObject([{ jobId: JOB, progress: 45 }]);
  expect(bed.found).toEqual([]);
  expect(bed.server.attempt().names()).toEqual([]);
  flushSync(() => {
    bed.restored().restore();
  });
  await settled();
  expect(page.container.textContent).toBe('Reconnecting to job (45%)…');
  expect(bed.found).toEqual([`${JOB} at 45`]);
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_SUBSCRIBE]);
});

test('an onRestore that throws is told to onError, and the banner stands', async () => {
  const bed = await createReturn(['a', 'b']);
  const errors: RealtimeError[] = [];
  bed.client.onError((error) => errors.push(error));
  const cause = new Error('planted');
  const onRestore = (): never => {
    throw cause;
  };
  await bed.client.start();
  const page = mount(bed.page(<bed.Banner onRestore={onRestore} />));
  await settled();
  expect(page.container.textContent).toBe('Reconnecting to 2 jobs…');
  expect(errors).toMatchObject([
    { code: 'listener', cause },
    { code: 'listener', cause },
  ]);
});
