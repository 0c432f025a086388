import { type GlobalTypes } from 'storybook/internal/types';
import { SCENARIOS } from '../mocks/scenarios/index.ts';

/** What the toolbar offers. Decorators read the values with `stageGlobals`, never from the context by name. */
export interface StageGlobals {
  theme: 'light' | 'dark' | 'system';
  direction: 'ltr' | 'rtl';
  motion: 'system' | 'reduce';
  language: 'en';
  /** Id of the scenario that plays in place of the story's own; `own` for the story's. */
  scenario: string;
  /** Multiple of real time. */
  speed: number;
  realtime: 'mock' | 'live';
  /** The live server's address, as `addressInGlobals` writes it; empty for the one that was used last. */
  server: string;
  /** Of a link: the story, the scenario and the moment at which it stands, as `linkToMoment` writes them; else empty. */
  at: string;
}

export const themes = ['light', 'dark', 'system'] as const;

export const initialGlobals = {
  theme: 'light',
  direction: 'ltr',
  motion: 'system',
  language: 'en',
  scenario: 'own',
  speed: 1,
  realtime: 'mock',
  server: '',
  at: '',
};

/** A number, which is what Storybook reads in an address; its type of an item knows texts alone. */
const asInAddress = (value: number): string => value as unknown as string;

/** `theme` is missing: addon-themes brings its toolbar. `at` has none: it comes with a link. Nor has `server`: it is a field below a live story. */
export const globalTypes: GlobalTypes = {
  direction: {
    description: 'Direction',
    toolbar: {
      icon: 'transfer',
      dynamicTitle: true,
      items: [
        { value: 'ltr', title: 'LTR' },
        { value: 'rtl', title: 'RTL' },
      ],
    },
  },
  motion: {
    description: 'Animation',
    toolbar: {
      icon: 'accessibilityalt',
      dynamicTitle: true,
      items: [
        { value: 'system', title: 'System motion' },
        { value: 'reduce', title: 'Reduced motion' },
      ],
    },
  },
  language: {
    description: 'Language',
    toolbar: { icon: 'globe', dynamicTitle: true, items: [{ value: 'en', title: 'English' }] },
  },
  scenario: {
    description: 'Scenario',
    toolbar: {
      icon: 'timer',
      dynamicTitle: true,
      items: [{ value: 'own', title: 'Own scenario' }, ...SCENARIOS.map(({ id, title }) => ({ value: id, title }))],
    },
  },
  speed: {
    description: 'Speed',
    toolbar: {
      icon: 'fastforward',
      dynamicTitle: true,
      items: [
        { value: asInAddress(0.25), title: '¼ speed' },
        { value: asInAddress(1), title: '1× speed' },
        { value: asInAddress(4), title: '4× speed' },
        { value: asInAddress(16), title: '16× speed' },
      ],
    },
  },
  realtime: {
    description: 'Realtime',
    toolbar: {
      icon: 'lightning',
      dynamicTitle: true,
      items: [
        { value: 'mock', title: 'Mock' },
        { value: 'live', title: 'Live' },
      ],
    },
  },
};

/** The toolbar's values, typed, with the defaults filled in. */
export function stageGlobals(globals: Record<string, unknown>): StageGlobals {
  const chosen = (name: keyof StageGlobals): string => String(globals[name] || initialGlobals[name]);
  const speed = Number(chosen('speed'));
  return {
    theme: themes.find((theme) => theme === chosen('theme')) ?? 'light',
    direction: chosen('direction') === 'rtl' ? 'rtl' : 'ltr',
    motion: chosen('motion') === 'reduce' ? 'reduce' : 'system',
    language: 'en',
    scenario: chosen('scenario'),
    speed: speed > 0 ? speed : 1,
    realtime: chosen('realtime') === 'live' ? 'live' : 'mock',
    server: chosen('server'),
    at: chosen('at'),
  };
}
