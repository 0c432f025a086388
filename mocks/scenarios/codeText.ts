import type { Scenario } from '../scenario.ts';
import { unusualText } from './parts.ts';
import { CODE } from './texts.ts';

export const codeText: Scenario = unusualText({
  id: 'code-text',
  title: 'Code and Markdown',
  jobTitle: 'Explain how chunks are merged',
  text: CODE,
});
