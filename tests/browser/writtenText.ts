import type { TextSource, TextView } from '../../src/services/realtime/jobText.ts';
import { createRope } from '../../src/services/realtime/outputRope.ts';

export interface WrittenText extends TextSource {
  write(addition: string): void;
  /** No more is to come. */
  end(): void;
  /** Another text in the place of this one. */
  replace(text: string): void;
  /** Drops code units from the front, as a job does whose text is too long. */
  drop(count: number): void;
  readonly listeners: number;
}

/** A text that a test writes; each call is told to its readers at once. */
export function writtenText(text = ''): WrittenText {
  const listeners = new Set<() => void>();
  let view: TextView = { rope: createRope(text), offset: 0, generation: 0, isComplete: false };

  function become(change: Partial<TextView>): void {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  }

  return {
    read: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write: (addition) => {
      become({ rope: view.rope.append(addition) });
    },
    end: () => {
      become({ isComplete: true });
    },
    replace: (next) => {
      become({ rope: createRope(next), offset: 0, generation: view.generation + 1, isComplete: false });
    },
    drop: (count) => {
      become({ rope: createRope(view.rope.slice(count)), offset: view.offset + count });
    },
    get listeners() {
      return listeners.size;
    },
  };
}
