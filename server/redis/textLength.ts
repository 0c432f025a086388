import type { JobReducer, JobState, TextOperations } from '@regen/realtime-shared';
import { createJobReducer } from '@regen/realtime-shared';

/** A text of which only the length is known: all that the rules of a log ask for. The text itself is in the events. */
export interface TextLength {
  /** UTF-16 code units. */
  readonly length: number;
}

const lengths: TextOperations<TextLength> = {
  from: ({ length }) => ({ length }),
  append: (text, { length }) => ({ length: text.length + length }),
  lengthOf: ({ length }) => length,
  dropFirst: ({ length }, count) => ({ length: length - count }),
  codeUnitAt: () => 0,
  toString: () => {
    throw new Error('Of this state only the lengths of its texts are known.');
  },
};

/** The fold of a log's events without their texts. Nothing is dropped from the front, so that an end stays an end. */
export const lengthReducer: JobReducer<TextLength> = createJobReducer(lengths);

/** A job's state with the lengths of its texts. */
export type MeasuredState = JobState<TextLength>;
