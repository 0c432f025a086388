/** The page of a benchmark: shows one contender with a text of a given length, then sends it tokens. */
import { tokensOf } from '@regen/realtime-mocks';
import { longText } from '../../mocks/scenarios/texts.ts';
import '../../src/styles/tokens.css';
import '../../src/styles/reset.css';
import '../../src/styles/card.css';
import { CONTENDERS } from './contenders.tsx';
import { sendTokens } from './sendTokens.ts';

export interface Outcome {
  tokens: number;
  /** How long it took until the last token was on the screen; ms. */
  elapsedMs: number;
  /** The text of the page is the text that was sent. */
  isRight: boolean;
  /** The longest time between two frames; ms. */
  longestFrameMs: number;
}

export interface BenchPage {
  /** Shows `length` code units and resolves when they are painted. */
  prepare(contender: string, length: number): Promise<void>;
  /** Sends tokens for so long. */
  stream(tokensPerSecond: number, durationMs: number): Promise<Outcome>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

const scroller = document.getElementById('scroller');
if (scroller === null) throw new Error('The page has no place to show the text.');
let token: ((text: string) => void) | null = null;
let expected = '';

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Two frames later, what the first of them was asked for has been painted. */
async function painted(): Promise<void> {
  await nextFrame();
  await nextFrame();
}

window.bench = {
  prepare: async (name, length) => {
    const contender = CONTENDERS[name];
    if (contender === undefined) throw new Error(`There is no contender "${name}".`);
    expected = longText(length).slice(0, length);
    token = contender(scroller, expected).token;
    for (let frame = 0; frame < 10; frame += 1) await painted();
    scroller.scrollTop = scroller.scrollHeight;
    await painted();
  },
  stream: async (tokensPerSecond, durationMs) => {
    const show = token;
    if (show === null) throw new Error('Nothing has been prepared.');
    const count = Math.round((tokensPerSecond * durationMs) / 1_000);
    const words = tokensOf(longText(count * 12)).slice(0, count);
    const startedAt = performance.now();
    let isRunning = true;
    let longestFrameMs = 0;
    const follow = async (): Promise<void> => {
      let last = startedAt;
      while (isRunning) {
        const now = await nextFrame();
        longestFrameMs = Math.max(longestFrameMs, now - last);
        last = now;
        // The reader is at the end, as every reader of a text that grows.
        scroller.scrollTop = scroller.scrollHeight;
      }
    };
    const followed = follow();
    await sendTokens(words, tokensPerSecond, show);
    await painted();
    const elapsedMs = performance.now() - startedAt;
    isRunning = false;
    await followed;
    expected += words.join('');
    return { tokens: count, elapsedMs, isRight: scroller.textContent === expected, longestFrameMs };
  },
};
