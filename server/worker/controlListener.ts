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
import type { WorkerCalls } from './calls.ts';

/**
 * Hears what workers of one kind are asked, for as long as it is not stopped; after each loss of the stream what is
 * pending is heard again. Returns its stop.
 */
export function listenToControl(options: {
  calls: WorkerCalls;
  clock: Clock;
  random: Random;
  kind: string | undefined;
  onMessage: (kind: ControlKind, message: ControlMessage) => void;
  onError: (error: unknown) => void;
}): () => void {
  const { calls, clock, random, kind, onMessage, onError } = options;
  const stopped = new AbortController();

  const parser = () =>
    createParser({
      onEvent: ({ event, data }) => {
        if (event !== 'cancel' && event !== 'resume') return;
        try {
          onMessage(event, v.parse(CONTROL_SCHEMAS[event], JSON.parse(data)));
        } catch (error) {
          onError(error);
        }
      },
    });

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      try {
        const response = await calls.control(kind, stopped.signal);
        if (!response.ok || response.body === null) {
          throw new Error(`The control stream was refused with ${String(response.status)}.`);
        }
        failures = 0;
        const { feed } = parser();
        const decoder = new TextDecoder();
        for await (const bytes of response.body) feed(decoder.decode(bytes, { stream: true }));
      } catch (error) {
        if (!stopped.signal.aborted && failures === 0) onError(error);
        failures += 1;
      }
      await wait(clock, backoff(failures, 0, random), stopped.signal);
    }
  }

  void run();
  return () => {
    stopped.abort();
  };
}
