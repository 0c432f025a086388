import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPosition, parsePosition, placePosition } from './position.ts';

const log = {
  epoch: 'e3',
  sequence: 20,
  earlier: [
    { epoch: 'e1', sequence: 5 },
    { epoch: 'e2', sequence: 12 },
  ],
};

test('positions are within, ahead of, or diverged from a history of three epochs', () => {
  const table: [string, number, ReturnType<typeof placePosition>][] = [
    ['e3', 0, 'within'],
    ['e3', 20, 'within'],
    ['e3', 21, 'ahead'],
    ['e2', 12, 'within'],
    ['e2', 13, 'diverged'],
    ['e1', 5, 'within'],
    ['e1', 6, 'diverged'],
    ['e0', 0, 'diverged'],
  ];
  for (const [epoch, sequence, place] of table) expect(placePosition({ epoch, sequence }, log)).toBe(place);
});

test('a position survives being written and read, whatever the epoch', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 128 }), fc.integer({ min: 0, max: 1e12 }), (epoch, sequence) => {
      expect(parsePosition(formatPosition({ epoch, sequence }))).toEqual({ epoch, sequence });
    }),
  );
});

test('what is no position is undefined', () => {
  for (const text of ['', ':', ':3', 'e1', 'e1:', 'e1:x', 'e1:-1', 'e1:1.5', 'e1:1e9', `${'e'.repeat(129)}:1`]) {
    expect(parsePosition(text), text).toBeUndefined();
  }
});
