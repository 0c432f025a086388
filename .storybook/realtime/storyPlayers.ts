/** One player per story on the screen, made before the story renders and kept while only its controls change. */
import { createPlayer, type Player, type Scenario } from '@regen/realtime-mocks';
import { createStoryPage, type StoryPage } from './storyPage.ts';

export type StoryPlayer = Player<StoryPage>;

interface Kept {
  key: string;
  player: StoryPlayer;
}

const kept = new Map<HTMLElement, Kept>();

export interface PlayerRequest {
  /** Where the story is drawn. */
  canvas: HTMLElement;
  storyId: string;
  scenario: Scenario;
  /** ms since the scenario's start. */
  time: number;
  speed: number;
}

/** The player of a canvas; a new one where the story, its scenario or its moment is another. */
export async function storyPlayer({ canvas, storyId, scenario, time, speed }: PlayerRequest): Promise<StoryPlayer> {
  const key = `${storyId} ${scenario.id} ${String(time)}`;
  const before = kept.get(canvas);
  if (before?.key === key) {
    before.player.setSpeed(speed);
    return before.player;
  }
  for (const [element, other] of kept) {
    if (element !== canvas && element.isConnected) continue;
    kept.delete(element);
    void other.player.dispose();
  }
  const player = createPlayer({ scenario, createPage: createStoryPage, speed });
  kept.set(canvas, { key, player });
  await player.seek(time);
  return player;
}
