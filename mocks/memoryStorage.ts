/** Key and value storage in memory; the same methods as the client's `SessionStore` port. */
export interface MemoryStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

/** `records`: where it is kept, for whoever takes it away behind the page's back. */
export function createMemoryStorage(records: Map<string, string> = new Map()): MemoryStorage {
  return {
    get: (key) => records.get(key) ?? null,
    set: (key, value) => {
      records.set(key, value);
    },
    remove: (key) => {
      records.delete(key);
    },
    keys: () => [...records.keys()],
  };
}
