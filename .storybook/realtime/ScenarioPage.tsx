import { useEffect, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { PlayedPage } from './PlayedPage.tsx';
import { PlayerStrip } from './PlayerStrip.tsx';
import type { StoryPlayer } from './storyPlayers.ts';

export interface ScenarioPageProps {
  player: StoryPlayer;
  /** Plays by itself once it is on the screen. */
  autoplay: boolean;
  /** Without the strip, as for a picture. */
  bare: boolean;
  linkTo: (time: number) => string;
  children: ReactNode;
}

/** The page that a scenario is about, with the scenario's time line below it. */
export function ScenarioPage({ player, autoplay, bare, linkTo, children }: ScenarioPageProps): ReactElement {
  const state = useSyncExternalStore(player.subscribe, player.getState, player.getState);
  useEffect(() => {
    if (autoplay) player.play();
    return () => {
      player.pause();
    };
  }, [player, autoplay]);
  const content = (
    <PlayedPage page={state.page} pageNumber={state.pageNumber} wasOpen={state.time > 0}>
      {children}
    </PlayedPage>
  );
  if (bare) return content;
  return (
    <div className="regen-played">
      <div className="regen-page" aria-busy={state.isSeeking}>
        {content}
      </div>
      <PlayerStrip player={player} state={state} linkTo={linkTo} />
    </div>
  );
}
