import type { StoryPlayer } from '../../.storybook/realtime/storyPlayers.ts';

/** Plays the story's scenario on to each of the times, ms since its start; at each the page is drawn. */
export async function playOn(context: { loaded: Record<string, unknown> }, ...times: readonly number[]): Promise<void> {
  const player = context.loaded['player'] as StoryPlayer;
  for (const time of times) {
    await player.seek(time);
    await drawn();
  }
}

/** Resolves when React has drawn what was delivered, and its effects have run. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      setTimeout(resolve);
    });
  });
}
