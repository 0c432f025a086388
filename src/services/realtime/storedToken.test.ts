import { afterEach, expect, test, vi } from 'vitest';
import { TOKEN_KEY, storedToken } from './storedToken.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['a token', 'dev:ann', 'dev:ann'],
  ['none', null, null],
  ['an empty one, as a form leaves it', '', null],
])('the token of the page: %s', (_, stored, expected) => {
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key === TOKEN_KEY ? stored : 'of another key') });
  expect(storedToken()).toBe(expected);
});

test('a storage that may not be used has no token', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('Not allowed.', 'SecurityError');
    },
  });
  expect(storedToken()).toBeNull();
});
