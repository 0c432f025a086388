import { useState, type ReactElement } from 'react';
import type { PlayerState, Scenario } from '@regen/realtime-mocks';
import type { StoryPage } from './storyPage.ts';
import type { StoryPlayer } from './storyPlayers.ts';
import { seconds } from './words.ts';
import { PlayerSummary } from './PlayerSummary.tsx';
import './playerStrip.css';

export interface PlayerStripProps {
  player: Pick<StoryPlayer, 'scenario' | 'play' | 'pause' | 'step' | 'seek'>;
  state: PlayerState<StoryPage>;
  /** A link to the story at the present moment. */
  linkTo: (time: number) => string;
}

const COPY = 'Copy link';

/** Copies where the browser lets it, which it does on https and localhost alone. Resolves to what came of it. */
async function copy(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch {
    return 'Not copied';
  }
}

/** Plays, pauses, steps and seeks the scenario below a story. */
export function PlayerStrip({ player, state, linkTo }: PlayerStripProps): ReactElement {
  const [copyWord, setCopyWord] = useState(COPY);
  /** Where a seek that is under way leads: the player's own time stays behind until it is there. */
  const [target, setTarget] = useState<number | null>(null);
  const { scenario } = player;
  const { duration, isPlaying, isSeeking } = state;
  const time = target ?? state.time;

  function seek(to: number): void {
    setTarget(to);
    void player.seek(to).finally(() => {
      setTarget((current) => (current === to ? null : current));
    });
  }

  return (
    <div className="player">
      <div
        className="player-strip"
        role="group"
        aria-label={`Time line of the scenario “${scenario.title}”`}
        data-seeking={isSeeking ? '' : undefined}
      >
        <PlayerSummary scenario={scenario} />
        <div className="player-buttons">
          <button
            type="button"
            onClick={() => {
              if (isPlaying) player.pause();
              else player.play();
            }}
          >
            {isPlaying ? 'Pause' : 'Play'}
          </button>
          <button type="button" onClick={() => void player.step()} disabled={time >= duration}>
            Step
          </button>
          <button
            type="button"
            onClick={() => {
              seek(0);
            }}
          >
            Restart
          </button>
        </div>
        <div className="player-line">
          <input
            type="range"
            min={0}
            max={duration}
            step={100}
            value={time}
            aria-label="Time"
            aria-valuetext={`${seconds(time)} of ${seconds(duration)}`}
            onChange={(event) => {
              seek(Number(event.target.value));
            }}
          />
          <Marks scenario={scenario} />
        </div>
        <div className="player-time" dir="ltr">
          <span>
            {seconds(time)} / {seconds(duration)}
          </span>
          <span role="status">{isSeeking ? 'Seeking…' : ''}</span>
        </div>
        <Moments
          scenario={scenario}
          time={time}
          onChoose={(at) => {
            player.pause();
            seek(at);
          }}
        />
        <button
          type="button"
          className="player-copy"
          onClick={() => {
            player.pause();
            void copy(linkTo(time)).then(setCopyWord);
          }}
          onBlur={() => {
            setCopyWord(COPY);
          }}
        >
          {copyWord}
        </button>
      </div>
    </div>
  );
}

interface MomentsProps {
  scenario: Scenario;
  time: number;
  onChoose: (time: number) => void;
}

/** The moments that have a name, with the one that the story stands at; a dash between them. */
function Moments({ scenario, time, onChoose }: MomentsProps): ReactElement | null {
  const moments = Object.entries(scenario.moments ?? {});
  if (moments.length === 0) return null;
  return (
    <label className="player-moment">
      Moment
      <select
        value={moments.find(([, at]) => at === time)?.[1] ?? ''}
        onChange={(event) => {
          onChoose(Number(event.target.value));
        }}
      >
        <option value="" disabled>
          –
        </option>
        {moments.map(([name, at]) => (
          <option key={name} value={at}>
            {name} ({seconds(at)})
          </option>
        ))}
      </select>
    </label>
  );
}

/** One tick for each moment at which the script does something. */
function Marks({ scenario }: { scenario: Scenario }): ReactElement {
  const places = [...new Set(scenario.steps.map((step) => step.at))];
  return (
    <div className="player-marks" aria-hidden>
      {places.map((at) => (
        <i key={at} style={{ insetInlineStart: `${String((at / scenario.durationMs) * 100)}%` }} />
      ))}
    </div>
  );
}
