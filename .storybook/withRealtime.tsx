import type { Decorator, Loader } from '@storybook/react-vite';
import { stageGlobals } from './globals.ts';
import { LiveNotice } from './realtime/LiveNotice.tsx';
import { ScenarioPage } from './realtime/ScenarioPage.tsx';
import { isFrozen, linkToMoment, storyPlay, type RealtimeParameters } from './realtime/storyPlay.ts';
import { storyPlayer, type StoryPlayer } from './realtime/storyPlayers.ts';

/** What the loader hands to the decorator, and to a story's `play`. */
export interface LoadedPlayer {
  player: StoryPlayer;
  isStill: boolean;
}

/** Makes the story's player and brings it to its moment before anything is drawn. */
export const realtimeLoader: Loader = async ({ parameters, globals, id, canvasElement }) => {
  const own = parameters['realtime'] as RealtimeParameters | undefined;
  const chosen = stageGlobals(globals);
  if (own === undefined || chosen.realtime === 'live') return {};
  const { scenario, time, isStill } = storyPlay(id, own, chosen);
  const canvas = canvasElement as HTMLElement;
  const player = await storyPlayer({ canvas, storyId: id, scenario, time, speed: chosen.speed });
  return { player, isStill } satisfies LoadedPlayer;
};

/** Draws the story on its scenario's page, or says how to get a live server. */
export const withRealtime: Decorator = (Story, { parameters, globals, loaded, id, viewMode }) => {
  if (parameters['realtime'] === undefined) return <Story />;
  const chosen = stageGlobals(globals);
  if (chosen.realtime === 'live') return <LiveNotice />;
  const { player, isStill } = loaded as unknown as LoadedPlayer;
  return (
    <ScenarioPage
      player={player}
      autoplay={!isStill}
      bare={isFrozen(parameters, chosen) || (viewMode === 'docs' && isStill)}
      linkTo={(time) => linkToMoment(window.parent.location.href, id, player.scenario.id, time)}
    >
      <Story />
    </ScenarioPage>
  );
};
