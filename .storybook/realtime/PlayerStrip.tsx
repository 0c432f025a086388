import { useState, type ReactElement } from 'react';
import type { PlayerState, Scenario } from '@regen/realtime-mocks';
import type { StoryPage } from './storyPage.ts';
import type { StoryPlayer } from './storyPlayers.ts';
import './playerStrip.css';

export interface PlayerStripProps {
  player: StoryPlayer;
  state: PlayerState<StoryPage>;
  /** A link to the story at the present moment. */
  linkTo: (time: number) => string;
}

/** Plays, pauses, steps and seeks the scenario below a story. */
export function PlayerStrip({ player, state, linkTo }: PlayerStripProps): ReactElement {
  const [copied, setCopied] = useState(false);
  const { scenario } = player;
  const { time, duration, isPlaying } = state;
  return (
    <div className="player-strip" role="group" aria-label={`Time line of the scenario “${scenario.title}”`}>
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
      <button type="button" onClick={() => void player.seek(0)}>
        Restart
      </button>
      <div className="player-line">
        <input
          type="range"
          min={0}
          max={duration}
          step={100}
          value={time}
          aria-label="Time"
          aria-valuetext={`${seconds(time)} of ${seconds(duration)}`}
          onChange={(event) => void player.seek(Number(event.target.value))}
        />
        <Marks scenario={scenario} />
      </div>
      <output dir="ltr">
        {seconds(time)} / {seconds(duration)}
      </output>
      <select
        aria-label="Moment"
        value=""
        onChange={(event) => {
          player.pause();
          void player.seek(Number(event.target.value));
        }}
      >
        <option value="" disabled>
          Moments
        </option>
        {Object.entries(scenario.moments ?? {}).map(([name, at]) => (
          <option key={name} value={at}>
            {name} ({seconds(at)})
          </option>
        ))}
      </select>
      <button
        type="button"
        onClick={() => {
          player.pause();
          void navigator.clipboard.writeText(linkTo(time)).then(() => {
            setCopied(true);
          });
        }}
        onBlur={() => {
          setCopied(false);
        }}
      >
        {copied ? 'Copied' : 'Copy link'}
      </button>
    </div>
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

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
