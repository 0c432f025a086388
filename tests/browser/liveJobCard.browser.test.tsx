import type { Scenario } from '@regen/realtime-mocks';
import { Profiler, type ReactElement, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { expect, test } from 'vitest';
import { failureRetryable } from '../../mocks/scenarios/index.ts';
import { LiveJobCard } from '../../src/components/realtime/LiveJobCard.tsx';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import type { RealtimeError } from '../../src/services/realtime/errors.ts';
import { mount } from './mount.ts';
import { play, type Played } from './playedPage.ts';

const JOB = 'c04e77d1';
const FAILED = 10_000;

const failsTwice: Scenario = {
  ...failureRetryable,
  id: 'fails-twice',
  steps: [
    ...failureRetryable.steps.filter(({ at }) => at <= 26_000),
    { at: 28_000, do: 'worker:fail', job: JOB, code: 'again', message: 'It stopped a second time', retryable: true },
  ],
};

function page({ client }: Played, children: ReactNode): ReactElement {
  return <RealtimeProvider client={client}>{children}</RealtimeProvider>;
}

function press(container: HTMLElement, name: string): void {
  const button = [...container.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (button === undefined) throw new Error(`There is no button "${name}".`);
  flushSync(() => {
    button.click();
  });
}

test('a dismissed failure stays dismissed, and the next one is told again', async () => {
  const played = await play(failsTwice);
  const { container } = mount(page(played, <LiveJobCard jobId={JOB} />));
  await played.playTo(FAILED);
  expect(container.textContent).toContain('The model stopped answering');
  press(container, 'Dismiss');
  await played.playTo(FAILED + 5_000);
  expect(container.textContent).not.toContain('The model stopped answering');
  await played.playTo(29_000);
  expect(container.textContent).toContain('It stopped a second time');
});

test('another job is another card: nothing that was dismissed or closed of the one is of the other', async () => {
  const { steps } = failureRetryable;
  const other = steps.flatMap((step) => ('job' in step && step.job === JOB ? [{ ...step, job: 'other' }] : []));
  const both: Scenario = {
    ...failureRetryable,
    id: 'two-failures',
    steps: [...steps, ...other].filter(({ at }) => at < 20_000).sort((one, two) => one.at - two.at),
  };
  const played = await play(both);
  played.client.retainJob('other');
  const mounted = mount(page(played, <LiveJobCard jobId={JOB} />));
  await played.playTo(FAILED);
  press(mounted.container, 'Dismiss');
  mounted.render(page(played, <LiveJobCard jobId="other" />));
  expect(mounted.container.textContent).toContain('The model stopped answering');
});

test('output that an application draws and that throws is told to onError, and the plain text stands in its place', async () => {
  const played = await play(failureRetryable);
  const errors: RealtimeError[] = [];
  played.client.onError((error) => errors.push(error));
  const cause = new Error('planted: no Markdown');
  const renderOutput = (): never => {
    throw cause;
  };
  const { container } = mount(page(played, <LiveJobCard jobId={JOB} renderOutput={renderOutput} />));
  await played.playTo(FAILED);
  expect(container.querySelector('article .rg-stream')?.textContent).toBe(
    played.client.textOf(JOB).read().rope.toString(),
  );
  expect(errors).toMatchObject([{ code: 'listener', cause }]);
});

test('the clock of a card stands once its job is over', async () => {
  const played = await play(failureRetryable);
  let commits = 0;
  mount(
    page(
      played,
      <Profiler
        id="card"
        onRender={() => {
          commits += 1;
        }}
      >
        <LiveJobCard jobId={JOB} />
      </Profiler>,
    ),
  );
  await played.playTo(36_000);
  const before = commits;
  await played.playTo(46_000);
  expect(commits).toBe(before);
});

test('an application gets the card by its ref', async () => {
  const played = await play(failureRetryable);
  let element: HTMLElement | null = null;
  const { container } = mount(
    page(
      played,
      <LiveJobCard
        jobId={JOB}
        ref={(next) => {
          element = next;
        }}
      />,
    ),
  );
  await played.playTo(FAILED);
  expect(element).toBe(container.querySelector('article'));
});
