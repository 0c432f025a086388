/** What the workers of the scenarios write. */

export const MARKET_STUDY = `## 2  Capacity

Cold-storage capacity in the region grew by 11% over three years, most of it within 60 km of a deep-water port. Three operators now hold a little over half of it.

Two constraints stand out. Grid connections above 4 MW take 18 to 30 months, and ammonia-trained technicians are short in every country surveyed. New entrants therefore rent rather than build.

## 3  Prices

Prices per pallet position rose faster than energy costs. Tenants with contracts older than two years pay a third less than new ones, which explains why so few of them move. Operators answer with conversions rather than new builds: a dry warehouse can be refitted in nine months, while a new site takes three years.

## 4  Outlook

Interviewees expect the gap to last until at least the end of the decade. It is widest for small, multi-tenant sites near ports, where vacancy fell below two percent and contracts are now signed before ground is broken.
`;

export const TRANSCRIPTS = `Theme 1: trust (9 of 14 interviews)
  "I want to see where a number came from
   before I put my name under it."
Theme 2: hand-over (7 of 14)
  "By the time it reaches me, nobody knows
   who changed what."
Theme 3: pace (5 of 14)
`;

export const HANDBOOK = `4.2  Working hours
Työaika on 37,5 tuntia viikossa. Liukuva
työaika sovitaan esihenkilön kanssa.
`;

export const ARABIC = `٢  السعة

نمت سعة التخزين المبرّد في المنطقة بنسبة ١١٪ خلال ثلاث سنوات، ومعظمها ضمن ٦٠ كم من ميناء عميق. وتملك ثلاث شركات الآن ما يزيد قليلًا على نصفها.

يبرز قيدان. يستغرق الربط بالشبكة لأكثر من 4 MW ما بين ١٨ و٣٠ شهرًا، ويندر الفنيون المدرّبون على الأمونيا في كل بلد شمله المسح.
`;

export const CHINESE = `二、产能

过去三年，该地区的冷库容量增长了 11%，其中大部分位于深水港 60 公里范围内。三家运营商目前持有一半以上的容量。

有两个制约因素尤为突出：4 MW 以上的电网接入需要 18 至 30 个月；所有受访国家都缺少受过氨制冷培训的技术人员。
`;

export const EMOJI = 'Team: 👩‍👩‍👧‍👦 and 👨🏽‍🚀, flags 🇫🇮🇸🇪🇳🇴, a heart ❤️‍🔥, a wave 👋🏿, family again 👩‍👩‍👧‍👦. Accents: é ñ ö å.\n';

export const CODE = `\`\`\`ts
export function merge(a: Chunk, b: Chunk): Chunk {
  if (a.offset + a.text.length !== b.offset) {
    throw new RangeError('not consecutive');
  }
  return { ...a, text: a.text + b.text, sequence: b.sequence };
}
\`\`\`

| step      | takes  | share |
|-----------|-------:|------:|
| read      | 1.2 ms |   41% |
| decode    | 0.9 ms |   31% |
| render    | 0.8 ms |   28% |

- **Merged** chunks cover \`firstSequence\` … \`sequence\`.
- Offsets count UTF-16 code units, as \`String.length\` does.
`;

/** A text of about `length` code units in paragraphs, the same each time. */
export function longText(length: number): string {
  const paragraphs: string[] = [];
  let size = 0;
  for (let number = 1; size < length; number += 1) {
    const paragraph = `${String(number)}. ${MARKET_STUDY.replaceAll(/^##.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()}\n\n`;
    paragraphs.push(paragraph);
    size += paragraph.length;
  }
  return paragraphs.join('').slice(0, length);
}
