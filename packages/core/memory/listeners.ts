/** Listeners by key. One that throws stops nothing: it is reported and the others are called. */
export interface Listeners<Message> {
  add(key: string, listener: (message: Message) => void): () => void;
  notify(key: string, message: Message): void;
  notifyAll(message: Message): void;
  count(): number;
}

export function createListeners<Message>(onError: (error: unknown) => void): Listeners<Message> {
  const byKey = new Map<string, Set<{ call: (message: Message) => void }>>();

  function notify(key: string, message: Message): void {
    const listeners = byKey.get(key);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) {
      if (!listeners.has(listener)) continue;
      try {
        listener.call(message);
      } catch (error) {
        onError(error);
      }
    }
  }

  return {
    add(key, listener) {
      const entry = { call: listener };
      const listeners = byKey.get(key) ?? new Set();
      byKey.set(key, listeners.add(entry));
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0 && byKey.get(key) === listeners) byKey.delete(key);
      };
    },
    notify,
    notifyAll(message) {
      for (const key of [...byKey.keys()]) notify(key, message);
    },
    count: () => [...byKey.values()].reduce((sum, listeners) => sum + listeners.size, 0),
  };
}
