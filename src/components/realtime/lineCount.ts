/** Line breaks of what was written. It may change with every frame, so it is shown without rendering. */
export interface LineCount {
  read(): number;
  add(text: string): void;
  reset(): void;
  /** Calls back after each change. Returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
}

export function createLineCount(): LineCount {
  const listeners = new Set<() => void>();
  let count = 0;

  function change(next: number): void {
    if (next === count) return;
    count = next;
    for (const listener of listeners) listener();
  }

  return {
    read: () => count,
    add: (text) => {
      change(count + text.split('\n').length - 1);
    },
    reset: () => {
      change(0);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
