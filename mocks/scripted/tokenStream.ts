/** A text that a worker writes token by token, at a pace; held, it goes on later where it stood. */
import type { Clock, ClockTimer, IngestEvent } from '@regen/realtime-shared';
import type { StepOf } from '../scenario.ts';
import { tokensOf } from '../tokens.ts';
import { chunkOf } from './workerEvents.ts';

export interface TokenStream {
  /** Begins another text; what is left of the last one is dropped. `index` is the step's place in the scenario. */
  start(step: StepOf<'worker:stream'>, index: number): void;
  /** Goes on, if it may and if anything is left. */
  flow(): void;
  hold(): void;
  /** Writes what is left at once. */
  finish(): void;
  /** Drops what is left. */
  end(): void;
}

export interface TokenStreamOptions {
  clock: Clock;
  /** Whether the worker is in a state to write. */
  mayFlow(): boolean;
  write(events: readonly IngestEvent[], step: number): void;
}

/** A worker gathers tokens for so long; ms. */
const BATCH_MS = 20;

export function createTokenStream({ clock, mayFlow, write }: TokenStreamOptions): TokenStream {
  let text: { step: StepOf<'worker:stream'>; index: number; tokens: readonly string[]; at: number } | null = null;
  let timer: ClockTimer | undefined;

  function hold(): void {
    clock.clearTimeout(timer);
    timer = undefined;
  }

  function end(): void {
    hold();
    text = null;
  }

  function flow(): void {
    hold();
    if (text === null || !mayFlow()) return;
    const everyMs = 1_000 / text.step.tokensPerSecond;
    const batch = Math.max(1, Math.round(BATCH_MS / everyMs));
    timer = clock.setTimeout(() => {
      writeTokens(batch);
      flow();
    }, batch * everyMs);
  }

  function writeTokens(howMany: number): void {
    if (text === null) return;
    const { step, index, tokens, at: before } = text;
    const after = Math.min(tokens.length, before + howMany);
    text.at = after;
    const events = tokens.slice(before, after).map((token) => chunkOf(token, step.channel));
    const progress = step.progress && progressAt(step.progress, before, after, tokens.length);
    if (progress !== undefined) events.push({ type: 'job:progress', progress });
    if (after === tokens.length) text = null;
    if (events.length > 0) write(events, index);
  }

  return {
    start: (step, index) => {
      text = { step, index, tokens: tokensOf(step.text, step.anywhere), at: 0 };
      flow();
    },
    flow,
    hold,
    finish: () => {
      writeTokens(Infinity);
      end();
    },
    end,
  };
}

/** The percentage that a worker reports when it passes a whole one. */
function progressAt(
  range: { from: number; to: number },
  before: number,
  after: number,
  total: number,
): number | undefined {
  const at = (place: number) => Math.floor(range.from + ((range.to - range.from) * place) / total);
  return at(after) > at(before) || (before === 0 && after > 0) ? at(after) : undefined;
}
