import { afterEach, beforeAll } from 'vitest';
import { loadFonts } from './fonts.ts';
import { photographStory } from './photographStory.ts';

beforeAll(async () => {
  document.documentElement.dataset['regenTest'] = '';
  await loadFonts();
});

afterEach(async ({ story, task }) => {
  if (story !== undefined && task.result?.state !== 'fail') await photographStory(story);
});
