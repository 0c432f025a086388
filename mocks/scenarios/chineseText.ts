import type { Scenario } from '../scenario.ts';
import { unusualText } from './parts.ts';
import { CHINESE } from './texts.ts';

export const chineseText: Scenario = unusualText({
  id: 'chinese-text',
  title: 'Text in Chinese',
  jobTitle: '北欧冷链物流市场研究',
  text: CHINESE,
});
