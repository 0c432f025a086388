import { expect, test } from 'vitest';
import { nextIndex, type KeyPress } from './rovingFocus.ts';

const NOTHING_HELD = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

function pressed(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { ...NOTHING_HELD, ...held, key };
}

test('arrow keys move by one and stop at the ends', () => {
  expect(nextIndex(pressed('ArrowDown'), 0, 3, 'vertical')).toBe(1);
  expect(nextIndex(pressed('ArrowDown'), 2, 3, 'vertical')).toBe(2);
  expect(nextIndex(pressed('ArrowUp'), 0, 3, 'vertical')).toBe(0);
});

test('Home and End go to the ends', () => {
  expect(nextIndex(pressed('Home'), 2, 3, 'vertical')).toBe(0);
  expect(nextIndex(pressed('End'), 0, 3, 'vertical')).toBe(2);
});

test('right to left, the left arrow goes on', () => {
  expect(nextIndex(pressed('ArrowLeft'), 0, 3, 'rtl')).toBe(1);
  expect(nextIndex(pressed('ArrowRight'), 1, 3, 'rtl')).toBe(0);
  expect(nextIndex(pressed('ArrowRight'), 0, 3, 'ltr')).toBe(1);
});

test('other keys, other axes and empty lists mean nothing', () => {
  expect(nextIndex(pressed('a'), 0, 3, 'vertical')).toBeNull();
  expect(nextIndex(pressed('ArrowLeft'), 0, 3, 'vertical')).toBeNull();
  expect(nextIndex(pressed('ArrowDown'), 0, 0, 'vertical')).toBeNull();
});

test.each(['altKey', 'ctrlKey', 'metaKey', 'shiftKey'])('with %s the key is the browser’s', (held) => {
  expect(nextIndex(pressed('ArrowLeft', { [held]: true }), 1, 3, 'ltr')).toBeNull();
});
