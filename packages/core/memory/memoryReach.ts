import { JobLogUnavailableError, type LogSubscription } from '../log/jobLog.ts';
import { createListeners } from './listeners.ts';

/** Whether a log in memory can be reached: always, unless it is made to look as if not. */
export interface MemoryReach {
  isAvailable(): boolean;
  onAvailability(listener: (available: boolean) => void): () => void;
  /** Whether that is a change; those who listen have been told of it then. */
  setAvailable(next: boolean): boolean;
  /** Runs an operation at once, so that calls take effect in the order they were made; rejects while out of reach. */
  carryOut<Result>(operation: () => Result): Promise<Result>;
  /** `ready` at once, or never. */
  subscription(close: () => void): LogSubscription;
}

export function createMemoryReach(onError: (error: unknown) => void): MemoryReach {
  const listeners = createListeners<boolean>(onError);
  let available = true;

  return {
    isAvailable: () => available,
    onAvailability: (listener) => listeners.add('', listener),
    setAvailable(next) {
      if (next === available) return false;
      available = next;
      listeners.notify('', next);
      return true;
    },
    carryOut(operation) {
      if (!available) return Promise.reject(new JobLogUnavailableError());
      try {
        return Promise.resolve(operation());
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
    subscription(close) {
      const ready = available ? Promise.resolve() : Promise.reject(new JobLogUnavailableError());
      ready.catch(() => undefined);
      return { ready, close };
    },
  };
}
