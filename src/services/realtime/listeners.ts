/** Who is told of one thing. */
export interface Listeners<Payload extends readonly unknown[]> {
  /** Adds a listener. One that is added twice is called twice; the returned function removes the one that it is for. */
  add(listener: (...payload: Payload) => void): () => void;
  /**
   * Calls those that are here, in the order in which they came. One that is added meanwhile is called the next time,
   * one that is removed meanwhile no more. One that throws stops no other.
   */
  call(...payload: Payload): void;
  isEmpty(): boolean;
}

export function createListeners<Payload extends readonly unknown[] = []>(
  onThrow: (cause: unknown) => void,
): Listeners<Payload> {
  const present = new Set<{ readonly listener: (...payload: Payload) => void }>();
  return {
    add: (listener) => {
      const own = { listener };
      present.add(own);
      return () => {
        present.delete(own);
      };
    },
    call: (...payload) => {
      for (const own of [...present]) {
        if (!present.has(own)) continue;
        try {
          own.listener(...payload);
        } catch (cause) {
          onThrow(cause);
        }
      }
    },
    isEmpty: () => present.size === 0,
  };
}
