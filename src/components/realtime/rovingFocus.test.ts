import { expect, test } from 'vitest';
import { nextIndex } from './rovingFocus.ts';

test('arrow keys move by one and stop at the ends', () => {
  expect(nextIndex('ArrowDown', 0, 3, 'vertical')).toBe(1);
  expect(nextIndex('ArrowDown', 2, 3, 'vertical')).toBe(2);
  expect(nextIndex('ArrowUp', 0, 3, 'vertical')).toBe(0);
});

test('Home and End go to the ends', () => {
  expect(nextIndex('Home', 2, 3, 'vertical')).toBe(0);
  expect(nextIndex('End', 0, 3, 'vertical')).toBe(2);
});

test('right to left, the left arrow goes on', () => {
  expect(nextIndex('ArrowLeft', 0, 3, 'rtl')).toBe(1);
  expect(nextIndex('ArrowRight', 1, 3, 'rtl')).toBe(0);
  expect(nextIndex('ArrowRight', 0, 3, 'ltr')).toBe(1);
});

test('other keys, other axes and empty lists mean nothing', () => {
  expect(nextIndex('a', 0, 3, 'vertical')).toBeNull();
  expect(nextIndex('ArrowLeft', 0, 3, 'vertical')).toBeNull();
  expect(nextIndex('ArrowDown', 0, 0, 'vertical')).toBeNull();
});
