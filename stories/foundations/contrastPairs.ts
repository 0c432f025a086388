import { contrast, readTokens, resolveColor, type Theme } from '../../src/styles/tokenColors.ts';

/** Which tokens meet on a screen: what is drawn, on what, and the contrast that WCAG 2.2 AA asks for. */
export interface ContrastPair {
  token: string;
  grounds: readonly string[];
  /** 4.5 for text, 3 for what is drawn. */
  needed: 3 | 4.5;
}

const SURFACES = ['--rg-surface', '--rg-raised', '--rg-sunken'];
const SOFT = ['--rg-warning-soft', '--rg-danger-soft'];

export const CONTRAST_PAIRS: readonly ContrastPair[] = [
  { token: '--rg-ink', grounds: [...SURFACES, ...SOFT], needed: 4.5 },
  { token: '--rg-ink-2', grounds: [...SURFACES, ...SOFT], needed: 4.5 },
  { token: '--rg-ink-3', grounds: SURFACES, needed: 4.5 },
  { token: '--rg-edge', grounds: ['--rg-surface', '--rg-raised', ...SOFT], needed: 3 },
  { token: '--rg-accent', grounds: [...SURFACES, ...SOFT], needed: 4.5 },
  { token: '--rg-on-accent', grounds: ['--rg-accent', '--rg-accent-hover'], needed: 4.5 },
  { token: '--rg-success', grounds: SURFACES, needed: 4.5 },
  { token: '--rg-warning', grounds: [...SURFACES, '--rg-warning-soft'], needed: 4.5 },
  { token: '--rg-danger', grounds: [...SURFACES, '--rg-danger-soft'], needed: 4.5 },
];

export interface WorstContrast {
  token: string;
  ground: string;
  ratio: number;
  needed: number;
}

/**
 * The lowest contrast of each token on any surface that it is used on.
 *
 * @param source the text of tokens.css
 * @param brand values that take the place of the tokens' own
 */
export function worstContrasts(
  source: string,
  theme: Theme,
  brand: Readonly<Record<string, string>> = {},
): readonly WorstContrast[] {
  const tokens = new Map([...readTokens(source, theme), ...Object.entries(brand)]);
  return CONTRAST_PAIRS.map(({ token, grounds, needed }) => {
    const ratios = grounds.map((ground) => ({
      token,
      ground,
      needed,
      ratio: contrast(resolveColor(tokens, token), resolveColor(tokens, ground)),
    }));
    return ratios.reduce((worst, pair) => (pair.ratio < worst.ratio ? pair : worst));
  });
}
