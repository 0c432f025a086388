import type { Scenario } from '@regen/realtime-mocks';
import type { Decorator, Loader } from '@storybook/react-vite';
import { SCENARIOS } from '../mocks/scenarios/index.ts';
import { stageGlobals } from './globals.ts';
import { LiveNotice } from './realtime/LiveNotice.tsx';
import { ScenarioPage } from './realtime/ScenarioPage.tsx';
import { storyPlayer, type StoryPlayer } from './realtime/storyPlayers.ts';

/** `parameters.realtime` of a story that is played. */
export interface RealtimeParameters {
  scenario: Scenario;
  /** The moment at which the story stands, a name in the scenario's `moments` or ms; left out, it plays. */
  at?: string | number;
  /** The time, ms, from which it plays; left out, its start. */
  from?: number;
}

/** Makes the story's player and brings it to its moment before anything is drawn. */
export const realtimeLoader: Loader = async ({ parameters, globals, id, canvasElement }) => {
  const own = parameters['realtime'] as RealtimeParameters | undefined;
  if (own === undefined) return {};
  const { scenario: chosen, speed, at } = stageGlobals(globals);
  const other = SCENARIOS.find(({ id: scenarioId }) => scenarioId === chosen);
  const scenario = other ?? own.scenario;
  const player = await storyPlayer({
    canvas: canvasElement as HTMLElement,
    storyId: id,
    scenario,
    at: at ?? (other === undefined ? (momentOf(own) ?? own.from ?? null) : null),
    speed,
  });
  return { player };
};

/** Draws the story on its scenario's page, or says how to get a live server. */
export const withRealtime: Decorator = (Story, { parameters, globals, loaded, id, viewMode }) => {
  const own = parameters['realtime'] as RealtimeParameters | undefined;
  if (own === undefined) return <Story />;
  const { realtime, at } = stageGlobals(globals);
  if (realtime === 'live') return <LiveNotice />;
  const player = loaded['player'] as StoryPlayer;
  const isStill = at !== null || own.at !== undefined;
  return (
    <ScenarioPage
      player={player}
      autoplay={!isStill}
      bare={parameters['frozen'] === true || (viewMode === 'docs' && isStill)}
      linkTo={(time) => linkToMoment(id, time)}
    >
      <Story />
    </ScenarioPage>
  );
};

/** The time of a story's moment, ms; null where it plays from the start. */
function momentOf({ scenario, at }: RealtimeParameters): number | null {
  if (at === undefined || typeof at === 'number') return at ?? null;
  const time = scenario.moments?.[at];
  if (time === undefined) throw new Error(`The scenario "${scenario.id}" has no moment "${at}".`);
  return time;
}

/** The story in Storybook's own frame, standing at a moment. */
function linkToMoment(storyId: string, time: number): string {
  const page = new URL(window.parent.location.href);
  page.search = '';
  page.searchParams.set('path', `/story/${storyId}`);
  page.searchParams.set('globals', `at:${String(Math.round(time))}`);
  return page.href;
}
