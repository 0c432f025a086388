import type { Scenario } from '../scenario.ts';
import { unusualText } from './parts.ts';
import { ARABIC } from './texts.ts';

export const arabicText: Scenario = unusualText({
  id: 'arabic-text',
  title: 'Text in Arabic',
  jobTitle: 'دراسة سوق: سلسلة التبريد في بلدان الشمال',
  text: ARABIC,
});
