import { afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { loadFonts } from './fonts.ts';
import { photographStory } from './photographStory.ts';

/** What React, axe's hints and our own code complain of; what nothing catches fails a run by itself. */
const complaints = vi.spyOn(console, 'error');

beforeAll(async () => {
  document.documentElement.dataset['regenTest'] = '';
  await loadFonts();
});

beforeEach(() => {
  complaints.mockClear();
});

afterEach(async ({ story, task }) => {
  if (story === undefined || task.result?.state === 'fail') return;
  expect(complaints.mock.calls, 'The story logged an error').toEqual([]);
  await photographStory(story);
});
