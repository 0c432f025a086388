import type { PlayerState, Scenario } from '@regen/realtime-mocks';
import { useSyncExternalStore, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { PlayerStrip, type PlayerStripProps } from '../../.storybook/realtime/PlayerStrip.tsx';
import type { StoryPage } from '../../.storybook/realtime/storyPage.ts';
import { mount } from '../browser/mount.ts';

const SCENARIO: Scenario = {
  id: 'sample',
  title: 'Sample',
  summary: 'Something happens twice.',
  durationMs: 60_000,
  moments: { begun: 1_000, ended: 50_000 },
  steps: [
    { at: 1_000, do: 'network:cut' },
    { at: 50_000, do: 'network:restore' },
  ],
};

/** A player whose seeks arrive when the test says so, or end where another begins. */
function scriptedPlayer() {
  let state: PlayerState<StoryPage> = {
    time: 0,
    duration: SCENARIO.durationMs,
    isPlaying: false,
    isSeeking: false,
    speed: 1,
    page: null,
    pageNumber: 0,
    refusals: [],
  };
  let target = 0;
  let end = (): void => undefined;
  const listeners = new Set<() => void>();
  const change = (changes: Partial<PlayerState<StoryPage>>): void => {
    state = { ...state, ...changes };
    flushSync(() => {
      for (const listener of listeners) listener();
    });
  };
  const seek = (time: number): Promise<void> => {
    end();
    target = time;
    change({ isSeeking: true });
    return new Promise((resolve) => {
      end = resolve;
    });
  };
  const player: PlayerStripProps['player'] = {
    scenario: SCENARIO,
    play: () => change({ isPlaying: true }),
    pause: () => change({ isPlaying: false }),
    step: () => seek(state.time + 1_000),
    seek,
  };
  return {
    player,
    change,
    arrive: () => {
      change({ time: target, isSeeking: false });
      end();
    },
    getState: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function setUp(width = 1_000) {
  const script = scriptedPlayer();
  function Strip(): ReactElement {
    const state = useSyncExternalStore(script.subscribe, script.getState);
    return <PlayerStrip player={script.player} state={state} linkTo={String} />;
  }
  const strip = mount(<Strip />);
  strip.container.style.inlineSize = `${width}px`;
  return {
    ...script,
    line: page.getByRole('slider', { name: 'Time' }),
    moment: page.getByRole('combobox', { name: 'Moment' }),
    status: page.getByRole('status'),
    places: () =>
      [...strip.container.querySelectorAll('button, input, select')].map((element) => {
        const { x, y, width } = element.getBoundingClientRect();
        return [x, y, width];
      }),
    /** Ends what the style sheet delays. */
    settle: () => {
      for (const animation of strip.container.getAnimations({ subtree: true })) animation.finish();
    },
  };
}

test('the strip says what happens in the scenario', async () => {
  setUp();
  await expect.element(page.getByText('Something happens twice.')).toBeVisible();
});

test('in a page from right to left what happens still ends with its full stop, at the side where the page begins', async () => {
  document.documentElement.dir = 'rtl';
  onTestFinished(() => document.documentElement.removeAttribute('dir'));
  setUp();
  const text = await page.getByText('Something happens twice.').element();
  const letters = [...text.childNodes].at(-1);
  if (!(letters instanceof Text)) throw new Error('The summary does not end with its text.');
  const placeOf = (index: number): number => {
    const range = document.createRange();
    range.setStart(letters, index);
    range.setEnd(letters, index + 1);
    return range.getBoundingClientRect().left;
  };
  expect(placeOf(letters.length - 1)).toBeGreaterThan(placeOf(letters.length - 2));
  const strip = page.getByRole('group').element().getBoundingClientRect();
  expect(strip.right - text.getBoundingClientRect().right).toBeLessThan(20);
});

test.each([
  ['Copied', () => Promise.resolve()],
  ['Not copied', () => Promise.reject(new Error('planted'))],
])('what comes of copying the link is said: %s', async (says, writeText) => {
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(writeText);
  onTestFinished(() => written.mockRestore());
  const { change } = setUp();
  change({ time: 20_000 });
  const button = page.getByRole('button', { name: 'Copy link' });
  await button.click();
  await expect.element(page.getByRole('button', { name: says, exact: true })).toBeVisible();
  expect(written).toHaveBeenCalledWith('20000');
});

test('a seek is said to be under way, and the line stands where it leads', async () => {
  const { moment, line, status, settle, arrive } = setUp();
  await userEvent.selectOptions(moment, '50000');
  settle();
  await expect.element(status).toHaveTextContent('Seeking…');
  await expect.element(status).toBeVisible();
  await expect.element(line).toHaveAttribute('aria-valuetext', '50.0 s of 60.0 s');
  arrive();
  await expect.element(line).toHaveAttribute('aria-valuetext', '50.0 s of 60.0 s');
  await expect.element(page.getByText('50.0 s / 60.0 s')).toBeVisible();
  await expect.element(page.getByText('Seeking…')).not.toBeInTheDocument();
});

test('the moment that was chosen stays chosen; between moments stands a dash', async () => {
  const { moment, change, arrive } = setUp();
  await expect.element(moment).toHaveDisplayValue('–');
  await userEvent.selectOptions(moment, '1000');
  await expect.element(moment).toHaveDisplayValue('begun (1.0 s)');
  arrive();
  await expect.element(moment).toHaveDisplayValue('begun (1.0 s)');
  change({ time: 1_016 });
  await expect.element(moment).toHaveDisplayValue('–');
  change({ time: 50_000 });
  await expect.element(moment).toHaveDisplayValue('ended (50.0 s)');
});

test('a seek that another one ends leaves the line where the other leads', async () => {
  const { line, arrive } = setUp();
  await line.fill('20000');
  await line.fill('40000');
  await expect.element(line).toHaveAttribute('aria-valuetext', '40.0 s of 60.0 s');
  arrive();
  await expect.element(line).toHaveAttribute('aria-valuetext', '40.0 s of 60.0 s');
});

test('after a seek the line follows the player again', async () => {
  const { line, change, arrive } = setUp();
  await line.fill('20000');
  arrive();
  await expect.element(line).toHaveAttribute('aria-valuetext', '20.0 s of 60.0 s');
  change({ time: 21_500 });
  await expect.element(line).toHaveAttribute('aria-valuetext', '21.5 s of 60.0 s');
});

test.each([1_000, 390])('nothing in a strip of %d px moves while it seeks, plays or pauses', (width) => {
  const { places, change, settle } = setUp(width);
  const before = places();
  change({ isSeeking: true });
  settle();
  expect(places()).toEqual(before);
  change({ isSeeking: false, isPlaying: true, time: 59_900 });
  settle();
  expect(places()).toEqual(before);
});
