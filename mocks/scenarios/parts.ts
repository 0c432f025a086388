/** What several scenarios are made of. */
import type { Scenario, ScenarioStep, StepOf } from '../scenario.ts';
import { MARKET_STUDY } from './texts.ts';

export const STUDY = '7f3a91c2';
export const STUDY_TITLE = 'Market study: cold-chain logistics in the Nordics';
export const THREE_STEPS = [
  { id: 'thinking', label: 'Thinking' },
  { id: 'searching', label: 'Searching' },
  { id: 'writing', label: 'Writing' },
];

/** As `worker:create` takes them. */
type Job = Required<Pick<StepOf<'worker:create'>, 'job' | 'title' | 'steps'>>;
export const TRANSCRIPTS_JOB: Job = {
  job: 'c04e77d1',
  title: 'Summarise 14 interview transcripts',
  steps: [
    { id: 'reading', label: 'Reading' },
    { id: 'clustering', label: 'Clustering' },
    { id: 'drafting', label: 'Drafting' },
  ],
};
export const HANDBOOK_JOB: Job = {
  job: 'e61b0d44',
  title: 'Translate the staff handbook into Finnish',
  steps: [
    { id: 'thinking', label: 'Thinking' },
    { id: 'writing', label: 'Writing' },
  ],
};

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

/** A failure that trying again cannot help. */
export function forbidden(at: number, job: string): ScenarioStep[] {
  const message = 'You may not read volumes 12 to 31';
  return [{ at, do: 'worker:fail', job, code: 'forbidden', message, retryable: false }];
}

export interface UnusualText {
  id: string;
  title: string;
  jobTitle: string;
  text: string;
  /** Cuts between any two code units instead of between words. */
  anywhere?: boolean;
}

/** A scenario in which one job writes a text that is not plain English prose. */
export function unusualText({ id, title, jobTitle, text, anywhere = false }: UnusualText): Scenario {
  const job = 'a7c31e05';
  return {
    id,
    title,
    summary: 'A text that is not plain English prose, streamed in small pieces.',
    durationMs: 24_000,
    moments: { writing: 3_000, written: 17_000 },
    steps: [
      { at: 400, do: 'worker:create', job, title: jobTitle, steps: [{ id: 'writing', label: 'Writing' }] },
      { at: 600, do: 'worker:step', job, step: 'writing', status: 'active' },
      { at: 800, do: 'worker:stream', job, text, tokensPerSecond: 30, anywhere, progress: { from: 0, to: 90 } },
      { at: 18_000, do: 'worker:complete', job },
    ],
  };
}

/** Steps of several sources, in the order of time; those of one moment stay in the order given. */
export function inOrder(...parts: readonly (readonly ScenarioStep[])[]): ScenarioStep[] {
  return parts.flat().toSorted((a, b) => a.at - b.at);
}
