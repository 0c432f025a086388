import type { Scenario } from '@regen/realtime-mocks';
import type { Args, Decorator, Loader } from '@storybook/react-vite';
import { stageGlobals } from './globals.ts';
import { LivePage } from './realtime/LivePage.tsx';
import { ScenarioPage } from './realtime/ScenarioPage.tsx';
import { chosenAddress } from './realtime/chosenServer.ts';
import { checkStory } from './realtime/storyChecks.ts';
import { isFrozen, jobIn, linkToMoment, storyPlay, type RealtimeParameters } from './realtime/storyPlay.ts';
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
  if (own === undefined) return {};
  const { scenario, time, isStill, isOwn } = storyPlay(id, own, chosen);
  checkStory(id, isOwn && chosen.realtime === 'mock');
  if (chosen.realtime === 'live') return {};
  const canvas = canvasElement as HTMLElement;
  const player = await storyPlayer({ canvas, storyId: id, scenario, time, speed: chosen.speed });
  return { player, isStill } satisfies LoadedPlayer;
};

/** Draws the story on its scenario's page, on the mock or on a live server. */
export const withRealtime: Decorator = (Story, { parameters, globals, loaded, id, viewMode, args }) => {
  const own = parameters['realtime'] as RealtimeParameters | undefined;
  if (own === undefined) return <Story />;
  const chosen = stageGlobals(globals);
  if (chosen.realtime === 'live') {
    const { scenario, time, isStill: stands } = storyPlay(id, own, chosen);
    const address = chosenAddress(chosen.server);
    const until = stands ? time : scenario.durationMs;
    return (
      <LivePage
        key={`${id} ${scenario.id} ${String(until)} ${address}`}
        scenario={scenario}
        until={until}
        isStill={stands}
        address={address}
        draw={(jobName) => <Story args={jobArgs(args, scenario, jobName)} />}
      />
    );
  }
  const { player, isStill } = loaded as unknown as LoadedPlayer;
  return (
    <ScenarioPage
      player={player}
      autoplay={!isStill}
      bare={isFrozen(parameters, chosen) || (viewMode === 'docs' && isStill)}
      linkTo={(time) => linkToMoment(window.parent.location.href, id, player.scenario.id, time)}
    >
      <Story args={jobArgs(args, player.scenario)} />
    </ScenarioPage>
  );
};

/** A story of one job has a job of the scenario that plays, by the name that it has there. */
function jobArgs(args: Args, scenario: Scenario, nameOf: (jobId: string) => string = String): Args {
  const { jobId } = args;
  return typeof jobId === 'string' ? { ...args, jobId: nameOf(jobIn(scenario, jobId)) } : args;
}
