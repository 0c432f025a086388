import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import type { Scenario } from '@regen/realtime-mocks';
import { FaultsNotice, ServerNotice } from './LiveNotice.tsx';
import { LiveStrip } from './LiveStrip.tsx';
import { createLivePlayer } from './livePlayer.ts';
import { PlayedPage } from './PlayedPage.tsx';

/** They hold for as long as it is drawn: give it a `key` of them. */
export interface LivePageProps {
  scenario: Scenario;
  /** ms since its start. */
  until: number;
  isStill: boolean;
  /** Of the server. */
  address: string;
  /** Draws the story; `jobName` gives a job of the scenario its name in this run. */
  draw(jobName: (jobId: string) => string): ReactNode;
}

/** The page that a scenario is about, on a live server: it begins once it is on the screen, and ends when it is left. */
export function LivePage({ scenario, until, isStill, address, draw }: LivePageProps): ReactElement {
  const [player] = useState(() => createLivePlayer(scenario, until, address));
  const state = useSyncExternalStore(player.subscribe, player.getState, player.getState);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      player.begin();
    });
    if (place.current !== null) seen.observe(place.current);
    window.addEventListener('pagehide', player.leaveNow);
    return () => {
      seen.disconnect();
      window.removeEventListener('pagehide', player.leaveNow);
      player.leave();
    };
  }, [player]);

  return (
    <div className="regen-played" data-live={state.kind === 'begun' && state.isOver ? 'over' : state.kind} ref={place}>
      <div className="regen-page">
        {state.kind === 'asking' && <FaultsNotice player={player} />}
        {state.kind === 'waiting' && <ServerNotice state={state.server} address={address} />}
        {state.kind === 'begun' && (
          <PlayedPage page={state.page} pageNumber={state.pageNumber} wasOpen={state.pageNumber > 1}>
            {draw(state.run.jobName)}
          </PlayedPage>
        )}
      </div>
      <LiveStrip player={player} state={state} isStill={isStill} address={address} />
    </div>
  );
}
