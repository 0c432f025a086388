import {
  CONTROL_SCHEMAS,
  type Clock,
  type ControlKind,
  type ControlMessage,
  type Random,
} from '@regen/realtime-shared';
import { createParser } from 'eventsource-parser';
import * as v from 'valibot';
import { backoff, wait } from './backoff.ts';
import { failureOf, type WorkerCalls } from './calls.ts';
import { createOutage } from './outage.ts';

/** A stream that ends sooner has failed as one that did not open; ms. */
const STEADY_MS = 5_000;
const ENDED = { kind: 'lost', why: 'its stream of requests for workers ends at once' } as const;

/**
 * Hears what workers of one kind are asked, for as long as it is not stopped; after each loss of the stream what is
 * pending is heard again. Returns its stop.
 */
export function listenToControl(options: {
  calls: WorkerCalls;
  url: string;
  clock: Clock;
  random: Random;
  kind: string | undefined;
  onMessage: (kind: ControlKind, message: ControlMessage) => void;
  onError: (error: Error) => void;
}): () => void {
  const { calls, url, clock, random, kind, onMessage, onError } = options;
  const stopped = new AbortController();
  const outage = createOutage(onError);

  const parser = () =>
    createParser({
      onEvent: ({ event, data }) => {
        if (event !== 'cancel' && event !== 'resume') return;
        try {
          onMessage(event, v.parse(CONTROL_SCHEMAS[event], JSON.parse(data)));
        } catch (error) {
          onError(error instanceof Error ? error : new Error(String(error)));
        }
      },
    });

  /** Until the stream ends or breaks, which all streams do. */
  async function hear(stream: ReadableStream<Uint8Array>): Promise<void> {
    const { feed } = parser();
    const decoder = new TextDecoder();
    try {
      for await (const bytes of stream) feed(decoder.decode(bytes, { stream: true }));
    } catch {
      // It is opened again; where that fails, it is told of.
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      const answer = await calls.control(kind, stopped.signal);
      const openedAt = clock.now();
      if (answer.kind === 'ok') await hear(answer.body);
      if (stopped.signal.aborted) return;
      if (clock.now() - openedAt >= STEADY_MS) {
        failures = 0;
        outage.over();
      } else {
        failures += 1;
        outage.failed(failureOf(url, answer.kind === 'ok' ? ENDED : answer));
      }
      await wait(clock, backoff(failures, 0, random), stopped.signal);
    }
  }

  void run();
  return () => {
    stopped.abort();
  };
}
