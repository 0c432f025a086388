/** A listener that declares its own argument types: nothing here checks what the other end sent. */
export type Listener = (...args: never[]) => void;

export interface Listeners {
  add(name: string, listener: Listener, once?: boolean): void;
  /** Without `listener` all of the name, without both all. */
  remove(name?: string, listener?: Listener): void;
  /** Calls those that were there when it began, in order. One that throws stops nothing; its error is reported globally. */
  call(name: string, args: readonly unknown[]): void;
  count(): number;
}

interface Entry {
  readonly name: string;
  readonly listener: Listener;
  readonly once: boolean;
}

export function createListeners(): Listeners {
  let entries: readonly Entry[] = [];
  return {
    add: (name, listener, once = false) => {
      entries = [...entries, { name, listener, once }];
    },
    remove: (name, listener) => {
      entries = entries.filter(
        (entry) =>
          (name !== undefined && entry.name !== name) || (listener !== undefined && entry.listener !== listener),
      );
    },
    call: (name, args) => {
      for (const entry of entries) {
        if (entry.name !== name) continue;
        if (entry.once) entries = entries.filter((other) => other !== entry);
        callReporting(entry.listener, args);
      }
    },
    count: () => entries.length,
  };
}

/** Calls `listener`; what it throws becomes an uncaught error of its own instead of the caller's. */
export function callReporting(listener: Listener, args: readonly unknown[]): void {
  try {
    // The listener's declared types are its own claim, see Listener.
    (listener as (...values: unknown[]) => void)(...args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
