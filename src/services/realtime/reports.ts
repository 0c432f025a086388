/** Background errors on their way to the application; a listener that throws stops nothing. */
import { RealtimeError } from './errors.ts';
import { createListeners } from './listeners.ts';

export interface Reports {
  listen(listener: (error: RealtimeError) => void): () => void;
  report(error: RealtimeError): void;
  /** Only the first report with this key. */
  reportOnce(key: string, error: RealtimeError): void;
  /** A listener of the application threw. */
  listenerThrew(cause: unknown): void;
}

export function createReports(): Reports {
  // A listener for errors that throws has nobody left to be told.
  const listeners = createListeners<[RealtimeError]>(() => undefined);
  const reported = new Set<string>();

  return {
    listen: listeners.add,
    report: listeners.call,
    reportOnce: (key, error) => {
      if (reported.has(key)) return;
      reported.add(key);
      listeners.call(error);
    },
    listenerThrew: (cause) => {
      listeners.call(
        new RealtimeError('listener', 'A listener of the application threw; the others were called.', { cause }),
      );
    },
  };
}
