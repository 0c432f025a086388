import { useEffect, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
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

/** The page that a scenario is about: its content while it is open, a word in its place while it is away. */
export function ScenarioPage({ player, autoplay, bare, linkTo, children }: ScenarioPageProps): ReactElement {
  const state = useSyncExternalStore(player.subscribe, player.getState, player.getState);
  useEffect(() => {
    if (autoplay) player.play();
    return () => {
      player.pause();
    };
  }, [player, autoplay]);
  const { page } = state;
  const content =
    page === null ? (
      <p className="regen-page-away">
        {state.time === 0 ? 'The page has not been opened yet.' : 'The page is being reloaded.'}
      </p>
    ) : (
      <RealtimeProvider key={state.pageNumber} client={page.client}>
        {children}
      </RealtimeProvider>
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
