import { expect, test } from 'vitest';
import { stageGlobals } from '../../.storybook/globals.ts';
import { checkStory } from '../../.storybook/realtime/storyChecks.ts';
import { isFrozen, jobIn, linkToMoment, storyPlay } from '../../.storybook/realtime/storyPlay.ts';
import { happyPath, idle, pageCrash, threeJobs } from '../../mocks/scenarios/index.ts';

const STORY = 'components-jobcard--running';
const still = { scenario: happyPath, at: 9_000 };
const chosen = (globals: Record<string, unknown> = {}) => stageGlobals(globals);

/** What the address says the toolbar has, as Storybook reads it. */
function globalsOf(address: string): Record<string, string> {
  const parts = new URL(address).searchParams.get('globals')?.split(';') ?? [];
  return Object.fromEntries(parts.map((part) => part.split(':') as [string, string]));
}

test('a story stands at its own moment, by time or by name, or plays from where it says', () => {
  const [name = '', time = 0] = Object.entries(happyPath.moments ?? {})[0] ?? [];
  expect(time).toBeGreaterThan(0);
  expect(storyPlay(STORY, still, chosen())).toEqual({
    scenario: happyPath,
    time: 9_000,
    isStill: true,
    isOwn: true,
  });
  expect(storyPlay(STORY, { scenario: happyPath, at: name }, chosen())).toMatchObject({ time, isStill: true });
  expect(storyPlay(STORY, { scenario: happyPath, from: 500 }, chosen())).toMatchObject({ time: 500, isStill: false });
  expect(storyPlay(STORY, { scenario: happyPath }, chosen())).toMatchObject({ time: 0, isStill: false });
});

test('a moment that the scenario does not name is refused', () => {
  expect(() => storyPlay(STORY, { scenario: happyPath, at: 'nowhere' }, chosen())).toThrow('no moment "nowhere"');
});

test.each([still, { scenario: pageCrash, at: 100 }, { scenario: happyPath, from: 500 }])(
  'a scenario of the toolbar plays from its start',
  (own) => {
    expect(storyPlay(STORY, own, chosen({ scenario: pageCrash.id }))).toEqual({
      scenario: pageCrash,
      time: 0,
      isStill: false,
      isOwn: false,
    });
  },
);

test('a story with a player is no longer frozen once the toolbar has chosen a scenario; others are', () => {
  const other = chosen({ scenario: pageCrash.id });
  expect(isFrozen({ frozen: true, realtime: still }, chosen())).toBe(true);
  expect(isFrozen({ frozen: true, realtime: still }, other)).toBe(false);
  expect(isFrozen({ frozen: true, realtime: still }, chosen({ scenario: 'no-such-scenario' }))).toBe(true);
  expect(isFrozen({ frozen: true }, other)).toBe(true);
  expect(isFrozen({ realtime: still }, chosen())).toBe(false);
});

test('a link opens its story at its moment with all that the toolbar said', () => {
  const seen = `http://host/?path=/story/${STORY}&args=open:!true&globals=theme:dark;speed:0.25;scenario:${pageCrash.id}`;
  const link = linkToMoment(seen, STORY, pageCrash.id, 1_234.4);
  const globals = globalsOf(link);
  expect(globals).toMatchObject({ theme: 'dark', speed: '0.25', scenario: pageCrash.id });
  expect(new URL(link).searchParams.get('path')).toBe(`/story/${STORY}`);
  expect(new URL(link).searchParams.get('args')).toBe('open:!true');
  expect(storyPlay(STORY, still, chosen(globals))).toEqual({
    scenario: pageCrash,
    time: 1_234,
    isStill: true,
    isOwn: false,
  });
});

test('a link is to its own story and its own scenario alone', () => {
  const globals = globalsOf(linkToMoment('http://host/', STORY, happyPath.id, 1_234));
  expect(storyPlay(STORY, still, chosen(globals))).toMatchObject({ time: 1_234, isOwn: false });
  expect(storyPlay('components-jobcard--paused', still, chosen(globals)).time).toBe(9_000);
  expect(storyPlay(STORY, still, chosen({ ...globals, scenario: pageCrash.id })).isStill).toBe(false);
});

test('of a link that was opened, the next link has the new moment alone', () => {
  const first = linkToMoment(`http://host/?path=/story/${STORY}`, STORY, happyPath.id, 1_000);
  const second = linkToMoment(first, STORY, happyPath.id, 2_000);
  expect(second.match(/at%3A|at:/g)).toHaveLength(1);
  expect(storyPlay(STORY, still, chosen(globalsOf(second))).time).toBe(2_000);
});

test('from a page of documentation a link leads to the story, without the controls of another one', () => {
  const link = new URL(linkToMoment('http://host/?path=/docs/a--docs&args=x:1', STORY, happyPath.id, 5));
  expect([...link.searchParams.keys()].sort()).toEqual(['globals', 'path']);
});

test('what the link says is no more than Storybook takes from an address', () => {
  const { at } = globalsOf(linkToMoment('http://host/', STORY, happyPath.id, 5));
  expect(at).toMatch(/^[a-zA-Z0-9 _-]+$/);
});

test('a story of one job shows that job where the scenario has it, else the first of the scenario', () => {
  const jobs = threeJobs.steps.flatMap((step) => (step.do === 'worker:create' ? [step.job] : []));
  expect(jobs.length).toBeGreaterThan(1);
  expect(jobIn(threeJobs, jobs[1] ?? '')).toBe(jobs[1]);
  expect(jobIn(threeJobs, 'of-another-script')).toBe(jobs[0]);
  expect(jobIn(idle, 'of-another-script')).toBe('of-another-script');
});

test('what a story says of its own scenario is not checked with another one, and is again with its own', () => {
  const rendered = (id: string, viewMode: string, autoplay: boolean) => ({ id, viewMode, renderOptions: { autoplay } });
  const story = rendered(STORY, 'story', true);
  const others = [rendered(STORY, 'docs', true), rendered('components-jobcard--paused', 'story', true)];
  const forbidden = rendered(STORY, 'story', false);
  const stories = [story, ...others, forbidden];
  checkStory(STORY, false, stories);
  expect(stories.map(({ renderOptions }) => renderOptions.autoplay)).toEqual([false, true, true, false]);
  checkStory(STORY, true, stories);
  expect(stories.map(({ renderOptions }) => renderOptions.autoplay)).toEqual([true, true, true, false]);
});
