import { createVirtualClock, type Scenario } from '@regen/realtime-mocks';
import { expect, onTestFinished, test } from 'vitest';
import {
  cancelInTime,
  failureRetryable,
  happyPath,
  longOutage,
  manyJobs,
  offline,
  pauseAndResume,
  refusedSignIn,
  threeJobs,
  tokenExpired,
  workerSilent,
} from '../../mocks/scenarios/index.ts';
import { createAnnouncer } from '../../src/components/realtime/announcer.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { JobTimelinePanel } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import {
  createStore,
  INITIAL_CONNECTION,
  INITIAL_STATE,
  type RealtimeState,
} from '../../src/services/realtime/realtimeStore.ts';
import { mount } from './mount.ts';
import { play } from './playedPage.ts';

interface Spoken {
  /** ms since the scenario's start. */
  at: number;
  message: string;
}

/** What a screen reader is given from the scenario's start to its end. */
async function spokenIn(scenario: Scenario): Promise<Spoken[]> {
  const { client, playTo } = await play(scenario);
  const startedAt = client.clock.now() - 1;
  mount(
    <RealtimeProvider client={client}>
      <GlobalAIStatusBar />
      <JobTimelinePanel />
    </RealtimeProvider>,
  );
  const regions = document.querySelectorAll('[data-rg-announcer]');
  const [region] = regions;
  if (region === undefined || regions.length > 1) throw new Error(`There are ${String(regions.length)} live regions.`);
  const spoken: Spoken[] = [];
  const observer = new MutationObserver(() => {
    spoken.push({ at: client.clock.now() - startedAt, message: region.textContent ?? '' });
  });
  observer.observe(region, { childList: true, characterData: true, subtree: true });
  await playTo(scenario.durationMs);
  observer.disconnect();
  return spoken;
}

const STUDY = 'Market study: cold-chain logistics in the Nordics';
const TRANSCRIPTS = 'Summarise 14 interview transcripts';
const HANDBOOK = 'Translate the staff handbook into Finnish';
const STUDY_BEGINS = [`${STUDY} has started.`, `${STUDY}: Thinking.`, `${STUDY}: Searching.`, `${STUDY}: Writing.`];

test.each<[Scenario, readonly string[]]>([
  [happyPath, [...STUDY_BEGINS, `${STUDY} is completed.`]],
  [
    failureRetryable,
    [
      `${TRANSCRIPTS} has started.`,
      `${TRANSCRIPTS}: Reading.`,
      `${TRANSCRIPTS}: Clustering.`,
      `${TRANSCRIPTS}: Drafting.`,
      `${TRANSCRIPTS} failed: The model stopped answering.`,
      `${TRANSCRIPTS} is tried again.`,
      `${TRANSCRIPTS} is completed.`,
    ],
  ],
  [
    longOutage,
    [
      `${TRANSCRIPTS} has started.`,
      ...STUDY_BEGINS,
      'The connection was lost. Reconnecting.',
      'Connected again.',
      `${STUDY} is completed.`,
    ],
  ],
  [
    offline,
    [
      `${TRANSCRIPTS} has started.`,
      ...STUDY_BEGINS,
      'No network. Your jobs go on and will be shown when you are back.',
      'Connected again.',
      `${STUDY} is completed.`,
    ],
  ],
  [cancelInTime, [...STUDY_BEGINS, `${STUDY} was cancelled.`]],
  [
    pauseAndResume,
    [
      `${HANDBOOK} has started.`,
      `${HANDBOOK}: Thinking.`,
      `${HANDBOOK}: Writing.`,
      `${HANDBOOK} is paused.`,
      `${HANDBOOK} goes on.`,
    ],
  ],
  [tokenExpired, [`${TRANSCRIPTS} has started.`, ...STUDY_BEGINS, 'Your sign-in has expired.', 'Connected again.']],
  [refusedSignIn, ['The server did not accept the connection.']],
])('spoken in $id', async (scenario, messages) => {
  expect((await spokenIn(scenario)).map(({ message }) => message)).toEqual(messages);
});

test.each([[threeJobs], [workerSilent], [manyJobs]])(
  'spoken in $id: at most one message a second, and never twice the same in a row',
  async (scenario) => {
    const spoken = await spokenIn(scenario);
    expect(spoken.length).toBeGreaterThan(4);
    for (const [index, { at, message }] of spoken.slice(1).entries()) {
      const before = spoken[index];
      expect(at - (before?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect(message).not.toBe(before?.message);
    }
  },
);

test('a worker without a sign of life is told once', async () => {
  const silences = (await spokenIn(workerSilent)).filter(({ message }) => message.startsWith('No sign of life'));
  expect(silences.map(({ message }) => message)).toEqual([`No sign of life from ${TRANSCRIPTS}.`]);
});

test('when more happens than there is time for, ends are heard and steps give way', () => {
  const clock = createVirtualClock();
  const announcer = createAnnouncer(clock, document);
  onTestFinished(announcer.stop);
  const region = document.querySelector<HTMLElement>('[data-rg-announcer]');
  announcer.announce('now');
  announcer.announce('A failed.');
  for (let step = 1; step <= 9; step += 1) announcer.announce(`Step ${String(step)}.`, { passing: true });
  announcer.announce('B is completed.');
  const heard: (string | null | undefined)[] = [];
  for (let second = 0; second < 6; second += 1) {
    heard.push(region?.textContent);
    clock.advance(1_000);
  }
  expect(heard).toEqual(['now', 'A failed.', 'Step 8.', 'Step 9.', 'B is completed.', 'B is completed.']);
});

test('the live region is polite, hidden from the eye, and gone when it is stopped', () => {
  const clock = createVirtualClock();
  const announcer = createAnnouncer(clock, document);
  onTestFinished(announcer.stop);
  const region = document.querySelector<HTMLElement>('[data-rg-announcer]');
  expect(region?.getAttribute('aria-live')).toBe('polite');
  expect(region?.getBoundingClientRect().width).toBeLessThanOrEqual(1);
  announcer.announce('One');
  announcer.announce('Two');
  expect(region?.textContent).toBe('One');
  clock.advance(999);
  expect(region?.textContent).toBe('One');
  clock.advance(1);
  expect(region?.textContent).toBe('Two');
  announcer.announce('Three');
  announcer.stop();
  expect(clock.pending()).toBe(0);
  expect(document.querySelector('[data-rg-announcer]')).toBeNull();
});

test('once somebody else has signed in, nothing of the former user stands in the region or waits for it', async () => {
  const { client, playTo } = await play(happyPath);
  const connection = { ...INITIAL_CONNECTION, socketStatus: 'connected', everConnected: true } as const;
  const store = createStore<RealtimeState>({ ...INITIAL_STATE, connection }, () => undefined);
  mount(
    <RealtimeProvider client={{ ...client, store }}>
      <GlobalAIStatusBar />
    </RealtimeProvider>,
  );
  const region = document.querySelector('[data-rg-announcer]');
  const become = (change: Partial<RealtimeState>): void => {
    store.setState({ ...store.getState(), ...change });
  };
  become({ connection: { ...connection, online: false, socketStatus: 'reconnecting' } });
  become({ connection });
  expect(region?.textContent).toContain('No network.');
  become({ userGeneration: 1 });
  expect(region?.textContent).toBe('');
  await playTo(5_000);
  expect(region?.textContent).toBe('');
});
