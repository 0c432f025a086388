/** Background errors on their way to the application; a listener that throws stops nothing. */
import { RealtimeError } from './errors.ts';

export interface Reports {
  listen(listener: (error: RealtimeError) => void): () => void;
  report(error: RealtimeError): void;
  /** Only the first report with this key. */
  reportOnce(key: string, error: RealtimeError): void;
  /** A listener of the application threw. */
  listenerThrew(cause: unknown): void;
}

export function createReports(): Reports {
  const listeners = new Set<(error: RealtimeError) => void>();
  const reported = new Set<string>();

  function report(error: RealtimeError): void {
    for (const listener of listeners) {
      try {
        listener(error);
      } catch {
        // A listener for errors that throws has nobody left to be told.
      }
    }
  }

  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report,
    reportOnce: (key, error) => {
      if (reported.has(key)) return;
      reported.add(key);
      report(error);
    },
    listenerThrew: (cause) => {
      report(new RealtimeError('listener', 'A listener of the application threw; the others were called.', { cause }));
    },
  };
}
