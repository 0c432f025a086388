import * as accessibility from '@storybook/addon-a11y/preview';
import { composeStories, setProjectAnnotations } from '@storybook/react-vite';
import { beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { loadFonts } from '../../.storybook/fonts.ts';
import { photographStory } from '../../.storybook/photographStory.ts';
import preview from '../../.storybook/preview.tsx';
import * as barStories from '../../stories/components/GlobalAIStatusBar.stories.tsx';
import * as cardStories from '../../stories/components/JobCard.stories.tsx';
import * as panelStories from '../../stories/components/JobTimelinePanel.stories.tsx';
import * as bannerStories from '../../stories/components/SessionRestoreBanner.stories.tsx';

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

/** The stories that changes are planted in, one of each component. */
function composed(theme: (typeof themes)[number]) {
  setProjectAnnotations([accessibility, preview, { initialGlobals: { theme } }]);
  return {
    bar: composeStories(barStories).Working,
    card: composeStories(cardStories).Running,
    panel: composeStories(panelStories).Working,
    many: composeStories(panelStories).Many,
    banner: composeStories(bannerStories).CompletedMeanwhile,
  };
}
type Planted = keyof ReturnType<typeof composed>;

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
const changes: [name: string, where: Planted, plant: () => Undo][] = [
  [
    "a token's shade",
    'card',
    () =>
      style('[data-stage] .rg-job { --rg-accent: #00718a } [data-rg-theme="dark"] .rg-job { --rg-accent: #64cbe3 }'),
  ],
  ['1 px of padding', 'card', () => style('[data-stage] .rg-job { padding-inline-start: 17px }')],
  ["an icon's path", 'banner', () => attribute('.rg-restore svg path', 'd', 'M3 8.5l3.2 3.2L13 5.3')],
  ['a font weight', 'card', () => style('[data-stage] .rg-job-title { font-weight: 560 }')],
  ['a radius', 'panel', () => style('[data-stage] .rg-panel { border-radius: 11px }')],
  [
    "a hairline's colour",
    'panel',
    () =>
      style(
        '[data-stage] .rg-panel > :first-child { border-color: color-mix(in srgb, var(--rg-line) 95%, var(--rg-ink)) }',
      ),
  ],
  ['1 px of needle', 'bar', () => style("[data-stage] .rg-bar [data-mark='needle']::before { inline-size: 3px }")],
  ['a missing letter', 'banner', () => text('.rg-restore bdi', 'Market study: cold-chain logistics in the Nordic')],
  [
    'a shadow',
    'panel',
    () => style('[data-stage] .rg-panel { box-shadow: 0 12px 33px -8px hsl(var(--rg-shadow) / 0.16) }'),
  ],
];

for (const theme of themes) {
  test.for(changes)(`${theme}: the picture shows %s`, async ([, where, plant]) => {
    const story = composed(theme)[where];
    await story.run();
    await photographStory(story);
    const undo = plant();
    try {
      await expect(photographStory(story)).rejects.toThrow('does not match the stored reference');
    } finally {
      undo();
    }
  });

  test(`${theme}: ${RUNS} runs in a row give no false alarm`, { timeout: 300_000 }, async () => {
    const stories = Object.values(composed(theme));
    for (let run = 0; run < RUNS; run += 1) {
      for (const story of stories) {
        await story.run();
        await photographStory(story);
      }
    }
  });
}
