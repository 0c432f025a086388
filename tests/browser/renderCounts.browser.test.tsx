import type { Scenario, ScenarioStep } from '@regen/realtime-mocks';
import { Profiler, type ReactElement, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { expect, test } from 'vitest';
import { longText } from '../../mocks/scenarios/texts.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { JobTimelinePanel } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { LiveJobCard } from '../../src/components/realtime/LiveJobCard.tsx';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import { useJobProgress } from '../../src/hooks/useJobProgress.ts';
import type { SocketClient } from '../../src/services/realtime/socketClient.ts';
import { mount } from './mount.ts';
import { play } from './playedPage.ts';

const JOB = '7f3a91c2';
const STREAMING_FROM = 2_000;

/** A job that does nothing but write, so that whatever renders does so for the text, or because time passes. */
function writing(tokensPerSecond: number): Scenario {
  return {
    id: `writing-${String(tokensPerSecond)}`,
    title: 'Writing',
    summary: 'A worker writes and reports nothing else.',
    durationMs: 60_000,
    steps: [
      { at: 300, do: 'worker:create', job: JOB, title: 'Writing' },
      { at: 400, do: 'worker:start', job: JOB },
      { at: 500, do: 'worker:write', job: JOB, text: longText(2_000) },
      { at: 1_000, do: 'worker:stream', job: JOB, text: longText(400_000), tokensPerSecond },
    ],
  };
}

interface Counted {
  commits: number;
  element(client: SocketClient, children: ReactNode): ReactElement;
}

function counted(): Counted {
  const own: Counted = {
    commits: 0,
    element: (client, children) => (
      <RealtimeProvider client={client}>
        <Profiler
          id="counted"
          onRender={() => {
            own.commits += 1;
          }}
        >
          {children}
        </Profiler>
      </RealtimeProvider>
    ),
  };
  return own;
}

function JobText({ client }: { client: SocketClient }): ReactElement {
  return <StreamText source={client.textOf(JOB)} />;
}

function Everything(): ReactElement {
  const { streamingText, state } = useJobProgress(JOB);
  return (
    <p data-testid="everything">
      {state.status} {streamingText.length}
    </p>
  );
}

test('a thousand tokens a second render nothing: each frame appends to the page, and nothing else', async () => {
  const { client, playTo } = await play(writing(1_000));
  client.retainJob(JOB);
  const count = counted();
  const { container } = mount(count.element(client, <JobText client={client} />));
  await playTo(STREAMING_FROM);
  const stream = container.querySelector('.rg-stream');
  if (stream === null) throw new Error('There is no StreamText.');
  const flushes: MutationRecord[][] = [];
  const observer = new MutationObserver((records) => flushes.push(records));
  observer.observe(stream, { subtree: true, childList: true, characterData: true });
  const commits = count.commits;
  const deliveries = client.diagnostics().deliveries;
  const lengthBefore = stream.textContent?.length ?? 0;

  const SECONDS = 5;
  await playTo(STREAMING_FROM + SECONDS * 1_000);
  observer.disconnect();

  const written = (stream.textContent?.length ?? 0) - lengthBefore;
  expect(written).toBeGreaterThan(SECONDS * 1_000 * 3);
  expect(count.commits - commits).toBe(0);
  expect(client.diagnostics().deliveries - deliveries).toBeLessThanOrEqual(SECONDS * 60);
  expect(client.diagnostics().deliveries - deliveries).toBeGreaterThan(SECONDS * 30);
  expect(flushes.length).toBeLessThanOrEqual(SECONDS * 60);
  for (const records of flushes) {
    // The block that grows, and where it is full the next one.
    expect(records.filter((record) => record.type === 'characterData').length).toBeLessThanOrEqual(1);
    expect(records.filter((record) => record.type === 'childList').length).toBeLessThanOrEqual(1);
    expect(records.flatMap((record) => [...record.removedNodes])).toEqual([]);
  }
  const blocks = flushes.flat().filter((record) => record.type === 'childList').length;
  expect(blocks).toBeLessThanOrEqual(written / 1_024 + 1);
  client.scheduler.flush();
  expect(stream.textContent).toBe(client.textOf(JOB).read().rope.toString());
});

async function twoFrames(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

async function commitsOf(tokensPerSecond: number, children: ReactNode): Promise<number> {
  const { client, playTo } = await play(writing(tokensPerSecond));
  const count = counted();
  const { container, unmount } = mount(count.element(client, children));
  await playTo(STREAMING_FROM);
  const text = container.querySelector('.rg-stream');
  // What a new size of the text sets off comes with the browser's own frames: once, and not for every token.
  await twoFrames();
  const before = count.commits;
  await playTo(STREAMING_FROM + 4_000);
  const commits = count.commits - before;
  // It was on the screen, and it did grow.
  client.scheduler.flush();
  expect(text?.textContent).toBe(client.textOf(JOB).read().rope.toString());
  expect(text?.textContent?.length).toBeGreaterThan(tokensPerSecond);
  unmount();
  return commits;
}

test('bar, panel and an open card render as often for 1,000 tokens a second as for 20: for the time, not for a token', async () => {
  const page = (
    <>
      <GlobalAIStatusBar />
      <JobTimelinePanel />
    </>
  );
  const many = await commitsOf(1_000, page);
  expect(many).toBe(await commitsOf(20, page));
  // A tick of each part a second, and the pulse every other one.
  expect(many).toBeLessThanOrEqual(4 * 2 + 2 * 2);
});

test('a card beside what it works on does not render for a token either', async () => {
  const many = await commitsOf(1_000, <LiveJobCard jobId={JOB} />);
  expect(many).toBe(await commitsOf(20, <LiveJobCard jobId={JOB} />));
  expect(many).toBeLessThanOrEqual(4 + 2);
});

test('a component that reads the whole text renders at most once a frame', async () => {
  const { client, playTo } = await play(writing(1_000));
  const count = counted();
  const { container } = mount(count.element(client, <Everything />));
  await playTo(STREAMING_FROM);
  const before = count.commits;
  await playTo(STREAMING_FROM + 3_000);
  expect(count.commits - before).toBeLessThanOrEqual(3 * 60);
  expect(count.commits - before).toBeGreaterThan(3 * 30);
  flushSync(() => {
    client.scheduler.flush();
  });
  const rendered = container.querySelector('[data-testid=everything]')?.textContent;
  expect(rendered).toBe(`running ${String(client.textOf(JOB).read().rope.length)}`);
});

const HUNDRED = Array.from({ length: 100 }, (_, index) => `job-${String(index).padStart(3, '0')}`);

/** A hundred jobs that wrote a word; between two ticks of the clock one of them reports progress. */
const oneOfAHundred: Scenario = {
  id: 'one-of-a-hundred',
  title: 'One of a hundred',
  summary: 'A hundred jobs are shown; one changes.',
  durationMs: 20_000,
  steps: [
    ...HUNDRED.map((job, index): ScenarioStep => ({
      at: 300 + index * 10,
      do: 'worker:create',
      job,
      title: `Job ${String(index)}`,
    })),
    ...HUNDRED.flatMap((job): ScenarioStep[] => [
      { at: 2_000, do: 'worker:start', job },
      { at: 2_000, do: 'worker:write', job, text: 'A word.' },
    ]),
    { at: 10_400, do: 'worker:progress', job: 'job-042', progress: 42 },
  ],
};

test('of a hundred cards beside each other the one whose job changed renders', async () => {
  const { client, playTo } = await play(oneOfAHundred);
  const renders = new Map<string, number>();
  const { container } = mount(
    <RealtimeProvider client={client}>
      {HUNDRED.map((jobId) => (
        <Profiler
          key={jobId}
          id={jobId}
          onRender={(id) => {
            renders.set(id, (renders.get(id) ?? 0) + 1);
          }}
        >
          <LiveJobCard jobId={jobId} />
        </Profiler>
      ))}
    </RealtimeProvider>,
  );
  await playTo(10_300);
  expect(container.querySelectorAll('article')).toHaveLength(100);
  renders.clear();
  await playTo(10_700);
  expect(Object.fromEntries(renders)).toEqual({ 'job-042': 1 });
});

test('of a hundred cards in the panel the one whose job changed renders', async () => {
  const { client, playTo } = await play(oneOfAHundred);
  const renders: string[] = [];
  const renderOutput = ({ jobId }: { jobId: string }): string => {
    renders.push(jobId);
    return jobId;
  };
  const { container } = mount(
    <RealtimeProvider client={client}>
      <JobTimelinePanel renderOutput={renderOutput} />
    </RealtimeProvider>,
  );
  await playTo(10_050);
  for (const article of container.querySelectorAll('article:not([data-open])')) {
    article.querySelector<HTMLButtonElement>('button[aria-expanded]')?.click();
  }
  await playTo(10_300);
  expect(container.querySelectorAll('article[data-open]')).toHaveLength(100);
  renders.length = 0;
  await playTo(10_700);
  expect(renders).toEqual(['job-042']);
});
