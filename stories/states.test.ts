import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCsf } from 'storybook/internal/csf-tools';
import { expect, test } from 'vitest';
import { SCENARIOS } from '../mocks/scenarios/index.ts';
import { STATES, type StatefulComponent, type StateSource } from './states.ts';

const root = process.cwd();
const NO_STATE = ['playground', 'keyboard', 'shown'];

/** Ids of all stories, read from the files as Storybook reads them. */
async function storyIds(): Promise<Set<string>> {
  const files = readdirSync(join(root, 'stories'), { recursive: true, encoding: 'utf8' });
  const ids = new Set<string>();
  for (const file of files.filter((name) => name.endsWith('.stories.tsx'))) {
    const csf = await readCsf(join(root, 'stories', file), { makeTitle: (title) => title });
    for (const { __id = '' } of csf.parse().indexInputs) ids.add(__id);
  }
  return ids;
}

const ids = await storyIds();
const ofComponents = (id: string): boolean =>
  STATES.some(({ component }) => id.startsWith(`components-${component.toLowerCase()}--`));
const counted = (component: StatefulComponent, source: StateSource): number =>
  STATES.filter((state) => state.component === component && state.sources.includes(source)).length;

test.each(STATES.map(({ component, state, story }) => [component, state, story]))(
  '%s, "%s" has the story %s',
  (_component, _state, story) => {
    expect(ids).toContain(story);
  },
);

test('every story of a component with states shows one, but for those in which something is done', () => {
  const shown = new Set(STATES.map(({ story }) => story));
  const others = [...ids].filter((id) => ofComponents(id) && !shown.has(id));
  expect(others.filter((id) => !NO_STATE.some((name) => id.endsWith(`--${name}`)))).toEqual([]);
});

test('every scenario is played by a story', () => {
  const folder = join(root, 'stories', 'scenarios');
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
  const unplayed = SCENARIOS.filter(({ id }) => {
    const name = id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return !text.includes(`played(${name})`);
  });
  expect(unplayed.map(({ id }) => id)).toEqual([]);
});

test('a state is listed once for its component', () => {
  const names = STATES.map(({ component, state }) => `${component}: ${state}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('what was specified is listed whole', () => {
  // Thirteen rows; sign-in refused and too many connections share one.
  expect(counted('GlobalAIStatusBar', 'behaviour')).toBe(14);
  expect(counted('GlobalAIStatusBar', 'look')).toBe(10);
  expect(counted('GlobalAIStatusBar', 'prototype')).toBe(13);
  expect(counted('JobTimelinePanel', 'prototype')).toBe(11);
  // Twelve rows; paused and resuming share one, and so do the two kinds of failure.
  expect(counted('JobCard', 'look')).toBe(14);
  expect(counted('JobCard', 'prototype')).toBe(26);
  expect(counted('SessionRestoreBanner', 'look')).toBe(8);
  expect(counted('SessionRestoreBanner', 'prototype')).toBe(8);
});
