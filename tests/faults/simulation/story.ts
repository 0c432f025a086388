import { createSeededRandom, seedOf } from '@regen/realtime-mocks';

const LENGTH = 12_000;
const stories = new Map<string, string>();

/**
 * What a job's worker writes into a channel: a function of its name alone, without a period, so that a piece that is
 * missing, doubled or moved makes another text. `variant` counts the times that the job had to be written anew.
 */
export function storyOf(jobId: string, variant: number, channel: string): string {
  const name = `${jobId}/${String(variant)}/${channel}`;
  const known = stories.get(name);
  if (known !== undefined) return known;
  const random = createSeededRandom(seedOf(name));
  let text = '';
  while (text.length < LENGTH) text += random().toString(36).slice(2, 8) + (random() < 0.05 ? ' 😀 ' : ' ');
  stories.set(name, text);
  return text;
}
