/** What many scenarios begin with. */
import type { ScenarioStep } from '../scenario.ts';
import { MARKET_STUDY } from './texts.ts';

export const STUDY = '7f3a91c2';
export const STUDY_TITLE = 'Market study: cold-chain logistics in the Nordics';
export const THREE_STEPS = [
  { id: 'thinking', label: 'Thinking' },
  { id: 'searching', label: 'Searching' },
  { id: 'writing', label: 'Writing' },
];

export interface StudyOptions {
  at?: number;
  job?: string;
  title?: string;
  text?: string;
  tokensPerSecond?: number;
  /** Percentage at the end of the text. */
  upTo?: number;
}

/** A job that thinks, searches, and from 2 s after its creation writes, from 31% on. */
export function study(options: StudyOptions = {}): ScenarioStep[] {
  const { at = 400, job = STUDY, title = STUDY_TITLE, text = MARKET_STUDY, tokensPerSecond = 14, upTo = 98 } = options;
  return [
    { at, do: 'worker:create', job, title, steps: THREE_STEPS },
    { at: at + 100, do: 'worker:start', job },
    { at: at + 100, do: 'worker:progress', job, progress: 0 },
    { at: at + 100, do: 'worker:step', job, step: 'thinking', status: 'active' },
    { at: at + 800, do: 'worker:progress', job, progress: 8 },
    { at: at + 800, do: 'worker:step', job, step: 'thinking', status: 'completed' },
    { at: at + 800, do: 'worker:step', job, step: 'searching', status: 'active' },
    { at: at + 2_000, do: 'worker:progress', job, progress: 31 },
    { at: at + 2_000, do: 'worker:step', job, step: 'searching', status: 'completed' },
    { at: at + 2_000, do: 'worker:step', job, step: 'writing', status: 'active' },
    { at: at + 2_100, do: 'worker:stream', job, text, tokensPerSecond, progress: { from: 31, to: upTo } },
  ];
}

export function completed(at: number, job = STUDY): ScenarioStep[] {
  return [
    { at, do: 'worker:step', job, step: 'writing', status: 'completed' },
    { at, do: 'worker:complete', job },
  ];
}

/** Steps of several sources, in the order of time; those of one moment stay in the order given. */
export function inOrder(...parts: readonly (readonly ScenarioStep[])[]): ScenarioStep[] {
  return parts.flat().toSorted((a, b) => a.at - b.at);
}
