/** Which scenario a story shows, from when on, and whether it stands there. */
import type { Scenario } from '@regen/realtime-mocks';
import { SCENARIOS } from '../../mocks/scenarios/index.ts';
import type { StageGlobals } from '../globals.ts';

/** `parameters.realtime` of a story that is played. */
export interface RealtimeParameters {
  scenario: Scenario;
  /** The moment at which the story stands, a name in the scenario's `moments` or ms; left out, it plays. */
  at?: string | number;
  /** The time, ms, from which it plays; left out, its start. */
  from?: number;
}

export interface StoryPlay {
  scenario: Scenario;
  /** ms since the scenario's start. */
  time: number;
  /** Stands at `time`; else it plays from there on. */
  isStill: boolean;
  /** As the story says, with nothing chosen in its place: what its `play` speaks of. */
  isOwn: boolean;
}

type Choice = Pick<StageGlobals, 'scenario' | 'at'>;

/** What a story shows: a scenario of the toolbar plays from its start, and a link's moment goes before the story's own. */
export function storyPlay(storyId: string, own: RealtimeParameters, { scenario: chosen, at }: Choice): StoryPlay {
  const other = chosenScenario(chosen);
  const scenario = other ?? own.scenario;
  const linked = linkedTime(at, storyId, scenario.id);
  if (linked !== null) return { scenario, time: linked, isStill: true, isOwn: false };
  if (other !== undefined) return { scenario, time: 0, isStill: false, isOwn: false };
  const moment = momentOf(own);
  return { scenario, time: moment ?? own.from ?? 0, isStill: moment !== null, isOwn: true };
}

/** `parameters.frozen`, which a scenario of the toolbar and a live server lift: both are there to be played. */
export function isFrozen(
  parameters: Record<string, unknown>,
  { scenario, realtime }: Pick<StageGlobals, 'scenario' | 'realtime'>,
): boolean {
  const isPlayed =
    parameters['realtime'] !== undefined && (realtime === 'live' || chosenScenario(scenario) !== undefined);
  return Boolean(parameters['frozen']) && !isPlayed;
}

/**
 * The address of a story at a moment, made of the one that is seen: all that the toolbar says stays, and the controls
 * stay where it is the story's own address. The moment is of this story and this scenario alone.
 */
export function linkToMoment(seen: string, storyId: string, scenarioId: string, time: number): string {
  const page = new URL(seen);
  const path = `/story/${storyId}`;
  const isOwn = page.searchParams.get('path') === path || page.searchParams.get('id') === storyId;
  if (!isOwn) page.searchParams.delete('args');
  for (const name of ['id', 'viewMode']) page.searchParams.delete(name);
  const globals = (page.searchParams.get('globals') ?? '').split(';').filter((part) => !/^(at:.*)?$/.test(part));
  const moment = [storyId, scenarioId, String(Math.round(time))].join('_');
  page.searchParams.set('path', path);
  page.searchParams.set('globals', [...globals, `at:${moment}`].join(';'));
  return page.href;
}

/** The job that a story of this one shows while this scenario plays: the scenario's first, where it has no such job. */
export function jobIn({ steps }: Scenario, jobId: string): string {
  const jobs = steps.flatMap((step) => (step.do === 'worker:create' ? [step.job] : []));
  return jobs.includes(jobId) ? jobId : (jobs[0] ?? jobId);
}

function chosenScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}

/** The moment of a link to this story and scenario, ms; null where the link is to another or there is none. */
function linkedTime(at: string, storyId: string, scenarioId: string): number | null {
  const time = /^(.+)_(.+)_(\d+)$/.exec(at);
  return time?.[1] === storyId && time[2] === scenarioId ? Number(time[3]) : null;
}

/** The time of a story's moment, ms; null where it plays. */
function momentOf({ scenario, at }: RealtimeParameters): number | null {
  if (at === undefined || typeof at === 'number') return at ?? null;
  const time = scenario.moments?.[at];
  if (time === undefined) throw new Error(`The scenario "${scenario.id}" has no moment "${at}".`);
  return time;
}
