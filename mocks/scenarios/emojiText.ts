import type { Scenario } from '../scenario.ts';
import { unusualText } from './parts.ts';
import { EMOJI } from './texts.ts';

export const emojiText: Scenario = unusualText({
  id: 'emoji-text',
  title: 'Emoji joined across chunks',
  jobTitle: 'Emoji that arrive in pieces',
  text: EMOJI,
  anywhere: true,
});
