/** Counts what is on its way in real time, so that virtual time can wait for it. */
export interface Activity {
  /** How many pieces of work have begun and not ended. */
  readonly inFlight: number;
  /** Registers one piece of work; the returned function ends it, and does nothing when called again. */
  begin(): () => void;
  /** Counts a promise as in flight until it settles, and hands it back. */
  track<T>(work: Promise<T>): Promise<T>;
  /**
   * Resolves when nothing is in flight and one macrotask has passed in which nothing began. Waits by events, never by
   * spinning, and takes at least one macrotask. Never rejects.
   */
  settled(): Promise<void>;
}

export function createActivity(): Activity {
  let inFlight = 0;
  let begun = 0;
  let waiting: (() => void)[] = [];

  const begin = (): (() => void) => {
    inFlight += 1;
    begun += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      inFlight -= 1;
      if (inFlight > 0) return;
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    };
  };

  return {
    get inFlight() {
      return inFlight;
    },
    begin,
    track: async (work) => {
      const end = begin();
      try {
        return await work;
      } finally {
        end();
      }
    },
    settled: async () => {
      let seen: number;
      do {
        if (inFlight > 0) await new Promise<void>((resolve) => waiting.push(resolve));
        seen = begun;
        await macrotask();
      } while (inFlight > 0 || begun !== seen);
    },
  };
}

const host = globalThis as { setImmediate?: (callback: () => void) => unknown };

/**
 * Lets one whole macrotask pass: promise jobs and Node's `process.nextTick` queue are empty afterwards, which awaiting
 * `null` does not achieve. A timer would do, but browsers stretch timers to 4 ms and, in hidden tabs, to a second.
 */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate) {
      host.setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
