/** Whether a story's `play` is run: it says what is seen of the story's own scenario, and of no other. */
import type { ReactRenderer } from '@storybook/react-vite';
import type { PreviewWeb } from 'storybook/preview-api';

interface RenderedStory {
  id: string;
  viewMode: string | undefined;
  renderOptions: { autoplay?: boolean };
}

/** Those that were put off here, and no others, are taken up again: an address can forbid them too. */
const putOff = new WeakSet<RenderedStory>();

/** In Storybook alone; a test run has no toolbar, and plays every story. Takes effect on the rendering under way. */
export function checkStory(storyId: string, isOwn: boolean, stories: readonly RenderedStory[] = inStorybook()): void {
  for (const story of stories) {
    if (story.id !== storyId || story.viewMode !== 'story') continue;
    if (isOwn && putOff.delete(story)) story.renderOptions.autoplay = true;
    else if (!isOwn && story.renderOptions.autoplay === true) {
      story.renderOptions.autoplay = false;
      putOff.add(story);
    }
  }
}

function inStorybook(): readonly RenderedStory[] {
  const { __STORYBOOK_PREVIEW__: preview } = globalThis as { __STORYBOOK_PREVIEW__?: PreviewWeb<ReactRenderer> };
  return preview?.storyRenders ?? [];
}
