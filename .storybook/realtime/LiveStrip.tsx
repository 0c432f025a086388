import { useEffect, useState, type ReactElement } from 'react';
import type { LiveRun } from '@regen/realtime-mocks';
import type { LivePlayer, LiveState } from './livePlayer.ts';
import { PlayerSummary } from './PlayerSummary.tsx';
import { ServerField } from './ServerField.tsx';
import type { StoryPage } from './storyPage.ts';
import { listed, seconds } from './words.ts';
import './playerStrip.css';

export interface LiveStripProps {
  player: LivePlayer;
  state: LiveState;
  /** The story stands still on the mock. */
  isStill: boolean;
  address: string;
}

/** Says below a live story how far its run is, on which server, and what of it is not as on the mock. */
export function LiveStrip({ player, state, isStill, address }: LiveStripProps): ReactElement {
  const { scenario, until } = player;
  const notes = notesOn(player, state, isStill);
  return (
    <div className="player">
      <div className="player-strip" role="group" aria-label={`Live run of the scenario “${scenario.title}”`}>
        <PlayerSummary scenario={scenario} />
        <div className="player-buttons">
          <button type="button" disabled={state.kind !== 'begun'} onClick={player.restart}>
            Restart
          </button>
        </div>
        <div className="player-time" dir="ltr">
          <span>
            {state.kind === 'begun' ? <Elapsed run={state.run} isOver={state.isOver} /> : seconds(0)} / {seconds(until)}
          </span>
        </div>
        <span className="player-state" role="status">
          {stateWord(state, until, isStill)}
        </span>
        <ServerField key={address} address={address} />
        {notes.map((note) => (
          <p key={note} className="player-note">
            <bdi>{note}</bdi>
          </p>
        ))}
      </div>
    </div>
  );
}

const TICK_MS = 100;

function Elapsed({ run, isOver }: { run: LiveRun<StoryPage>; isOver: boolean }): ReactElement {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(() => {
      setTick((tick) => tick + 1);
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, [run, isOver]);
  return <>{seconds(run.time())}</>;
}

function stateWord(state: LiveState, until: number, isStill: boolean): string {
  if (state.kind === 'asking') return 'Not begun';
  if (state.kind === 'waiting') return 'Waits for the server';
  if (!state.isOver) return 'Plays live';
  if (state.run.time() < until) return 'Left';
  return isStill ? 'At its moment' : 'At its end';
}

function notesOn({ until, leftOut }: LivePlayer, state: LiveState, isStill: boolean): readonly string[] {
  if (state.kind !== 'begun') return [];
  return [
    ...(leftOut.length > 0 ? [`Left out, since a browser alone cannot make it: ${listed(leftOut)}.`] : []),
    ...(isStill ? [`A live server cannot be frozen. This is played from its start to ${seconds(until)}.`] : []),
    ...(state.isOver ? ['The run has left the server: what still ran was cancelled there.'] : []),
    ...(state.run.refusals.length > 0 ? [`The server refused: ${state.run.refusals.join(' ')}`] : []),
  ];
}
