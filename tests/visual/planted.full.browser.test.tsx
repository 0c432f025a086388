import * as accessibility from '@storybook/addon-a11y/preview';
import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import { beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { loadFonts } from '../../.storybook/fonts.ts';
import { photographStory } from '../../.storybook/photographStory.ts';
import preview from '../../.storybook/preview.tsx';
import * as calibrationStories from '../../stories/foundations/Calibration.stories.tsx';

const themes = ['light', 'dark'] as const;
const RUNS = 10;

/** Undoes what was planted. */
type Undo = () => void;

beforeAll(async () => {
  document.documentElement.dataset['regenTest'] = '';
  // What addon-vitest gives every story.
  await page.viewport(1200, 900);
  await loadFonts();
});

function specimen(theme: (typeof themes)[number]) {
  setProjectAnnotations([accessibility, preview, { initialGlobals: { theme } }]);
  return composeStories(calibrationStories).Specimen;
}

function part(selector: string): Element {
  const found = document.querySelector(`[data-stage] ${selector}`);
  if (found === null) throw new Error(`Nothing to plant a change in: ${selector}`);
  return found;
}

function style(rules: string): Undo {
  const sheet = document.createElement('style');
  sheet.textContent = rules;
  document.head.append(sheet);
  return () => sheet.remove();
}

function attribute(selector: string, name: string, value: string): Undo {
  const element = part(selector);
  const before = element.getAttribute(name) ?? '';
  element.setAttribute(name, value);
  return () => element.setAttribute(name, before);
}

function text(selector: string, value: string): Undo {
  const element = part(selector);
  const before = element.textContent;
  element.textContent = value;
  return () => {
    element.textContent = before;
  };
}

/** Nine changes as they slip into a review: the smallest of their kind. */
const changes: [name: string, plant: () => Undo][] = [
  [
    "a token's shade",
    () => style('[data-stage] .specimen-line { background: color-mix(in srgb, var(--rg-accent) 98%, red) }'),
  ],
  ['1 px of padding', () => style('[data-stage] .specimen { padding-inline-start: 17px }')],
  ["an icon's path", () => attribute('.specimen-icon path', 'd', 'M3 8.5l3.2 3.2L13 5.3')],
  ['a font weight', () => style('[data-stage] .specimen-title { font-weight: 520 }')],
  ['a radius', () => style('[data-stage] .specimen { border-radius: 7px }')],
  [
    "a border's colour",
    () => style('[data-stage] .specimen { border-color: color-mix(in srgb, var(--rg-line) 95%, var(--rg-ink)) }'),
  ],
  ['1 px of needle', () => style('[data-stage] .specimen-needle { inline-size: 3px }')],
  ['a missing letter', () => text('.specimen-title', 'Writing the release note')],
  ['a shadow', () => style('[data-stage] .specimen { box-shadow: 0 4px 17px hsl(var(--rg-shadow) / 0.08) }')],
];

for (const theme of themes) {
  test.for(changes)(`${theme}: the picture shows %s`, async ([, plant]) => {
    const story = specimen(theme);
    await story.run();
    await photographStory(story);
    const undo = plant();
    try {
      await expect(photographStory(story)).rejects.toThrow('does not match the stored reference');
    } finally {
      undo();
    }
  });

  test(`${theme}: ${RUNS} runs in a row give no false alarm`, async () => {
    const story = specimen(theme);
    for (let run = 0; run < RUNS; run += 1) {
      await story.run();
      await photographStory(story);
    }
  });
}
