import { expect, onTestFinished, test } from 'vitest';
import { createTestPage, type TestPage } from '../tests/scenarios/testPage.ts';
import { createPlayer, type PlayerState } from './player.ts';
import { happyPath } from './scenarios/happyPath.ts';
import { MARKET_STUDY } from './scenarios/texts.ts';

test('the happy path runs from the worker to the page', async () => {
  const player = createPlayer({ scenario: happyPath, createPage: createTestPage });
  await player.seek(9_000);
  const running = player.getState().page?.client.store.getState().jobs.get('7f3a91c2');
  expect(running?.job).toMatchObject({ status: 'running', step: { id: 'writing' } });
  expect(running?.sync).toEqual({ kind: 'live' });
  await player.seek(22_000);
  const state = player.getState();
  const job = state.page?.client.store.getState().jobs.get('7f3a91c2')?.job;
  expect(state.refusals).toEqual([]);
  expect(state.page?.errors).toEqual([]);
  expect(job).toMatchObject({ status: 'completed', progress: 100 });
  expect(job?.channels['output']?.text.toString()).toBe(MARKET_STUDY);
  await player.dispose();
});

function samplePlayer(speed?: number) {
  let opened = 0;
  /** What the player told its pages about their screen. */
  const screen: string[] = [];
  const player = createPlayer({
    scenario: {
      id: 'sample',
      title: 'Sample',
      summary: 'The line goes and comes back.',
      durationMs: 10_000,
      moments: { back: 5_000, cut: 3_000 },
      steps: [
        { at: 1_000, do: 'network:cut' },
        { at: 5_000, do: 'network:restore' },
      ],
    },
    createPage: (surroundings) => {
      opened += 1;
      const page = createTestPage(surroundings);
      const { hold, release } = page;
      page.hold = () => {
        screen.push('hold');
        hold();
      };
      page.release = () => {
        screen.push('release');
        release();
      };
      return page;
    },
    ...(speed === undefined ? {} : { speed }),
  });
  onTestFinished(() => player.dispose());
  return { player, screen, opened: () => opened };
}

/** What a viewer sees of a state; the page is compared by its number. */
function seen({ time, isPlaying, isSeeking, speed, pageNumber }: PlayerState<TestPage>) {
  return { time, isPlaying, isSeeking, speed, pageNumber };
}

test.each([0, -1, Number.NaN, Infinity])('a speed of %d is refused and changes nothing', async (speed) => {
  const { player } = samplePlayer(2);
  const before = seen(player.getState());
  expect(() => player.setSpeed(speed)).toThrow(RangeError);
  await player.seek(0);
  expect(seen(player.getState())).toMatchObject({ ...before, pageNumber: 1 });
});

test('a speed is told to those who listen, and stays when the scenario begins again', async () => {
  const { player } = samplePlayer();
  const told: number[] = [];
  player.subscribe(() => told.push(player.getState().speed));
  player.setSpeed(4);
  expect(told).toEqual([4]);
  await player.seek(2_000);
  await player.seek(0);
  expect(player.getState().speed).toBe(4);
});

test.each([-1, Number.NaN, Infinity, -Infinity])('a seek to %d is refused and changes nothing', async (time) => {
  const { player } = samplePlayer();
  await player.seek(2_000);
  player.play();
  const before = seen(player.getState());
  await expect(player.seek(time)).rejects.toThrow(RangeError);
  expect(seen(player.getState())).toEqual(before);
});

test('a seek behind the end goes to the end', async () => {
  const { player } = samplePlayer();
  await player.seek(10_001);
  expect(player.getState()).toMatchObject({ time: 10_000, isSeeking: false });
});

test('at the end, play begins from the start, and a pause on the way keeps it there', async () => {
  const { player } = samplePlayer();
  await player.seek(10_000);
  player.play();
  expect(player.getState()).toMatchObject({ time: 0, isPlaying: true, isSeeking: true });
  player.pause();
  await player.seek(0);
  expect(player.getState()).toMatchObject({ time: 0, isPlaying: false, isSeeking: false });
});

test('a seek goes on playing also where it ends another one', async () => {
  const { player } = samplePlayer();
  player.play();
  const first = player.seek(2_000);
  expect(player.getState().isPlaying).toBe(true);
  await player.seek(3_000);
  await first;
  expect(player.getState()).toMatchObject({ isPlaying: true, isSeeking: false });
  player.pause();
});

test('play during a seek lets it arrive before it plays', async () => {
  const { player } = samplePlayer();
  const sought = player.seek(2_000);
  player.play();
  await sought;
  expect(player.getState()).toMatchObject({ time: 2_000, isPlaying: true });
});

test('nothing is delivered to an open page on the way, and all of it at the end', async () => {
  const { player, screen } = samplePlayer();
  await player.seek(1_000);
  screen.length = 0;
  const sought = player.seek(2_000);
  expect(screen).toEqual(['hold']);
  await sought;
  expect(screen).toEqual(['hold', 'release']);
});

test('it pauses by itself at the end', async () => {
  const { player } = samplePlayer(16);
  await player.seek(9_990);
  const paused = new Promise<void>((resolve) => {
    player.subscribe(() => {
      if (!player.getState().isPlaying) resolve();
    });
  });
  player.play();
  await paused;
  expect(player.getState()).toMatchObject({ time: 10_000, isPlaying: false });
});

test('a step goes to the next step or named moment of the script, at last to the end, and stays there', async () => {
  const { player } = samplePlayer();
  player.play();
  const times: number[] = [];
  for (let steps = 0; steps < 5; steps += 1) {
    await player.step();
    times.push(player.getState().time);
  }
  expect(times).toEqual([1_000, 3_000, 5_000, 10_000, 10_000]);
  expect(player.getState().isPlaying).toBe(false);
});

test('a player that was disposed of opens no page and does nothing more', async () => {
  const { player, opened } = samplePlayer();
  await player.seek(2_000);
  const underWay = player.seek(5_000);
  await player.dispose();
  await underWay;
  const before = seen(player.getState());
  expect(before).toMatchObject({ isPlaying: false, isSeeking: false });
  player.play();
  player.setSpeed(2);
  await player.seek(0);
  await player.seek(9_000);
  await player.step();
  await player.dispose();
  expect(seen(player.getState())).toEqual(before);
  expect(opened()).toBe(1);
});

test('what a page throws on the way ends the seek, and it stays paused', async () => {
  const player = createPlayer({
    scenario: { id: 'broken', title: 'Broken', summary: '', durationMs: 1_000, opensAtMs: 500, steps: [] },
    createPage: () => {
      throw new Error('planted');
    },
  });
  onTestFinished(() => player.dispose());
  player.play();
  await expect(player.seek(1_000)).rejects.toThrow('planted');
  expect(player.getState()).toMatchObject({ isPlaying: false, isSeeking: false });
});
