import { type Difference, EXACT, type Shares, sharesOf, STRENGTHS } from './comparePictures.ts';

/** A story may be denser in what this machine draws differently than the calibration page is. */
const FACTOR = 1.5;

/** Where more of the calibration page's surfaces differs this strongly, fonts or colours are other ones: no tolerance helps. */
const UNUSABLE = { strength: 16, shareOfSurfaces: 0.01 } as const;

export type Calibration =
  | { kind: 'same'; tolerance: Shares }
  | { kind: 'different'; tolerance: Shares; description: string }
  | { kind: 'unusable'; description: string };

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/**
 * What a difference of the calibration page allows every other picture: at each strength the same share of its surfaces
 * and edges, times {@link FACTOR}. No difference allows none. `undefined` stands for pages of two sizes.
 */
export function calibrationOf(difference: Difference | undefined): Calibration {
  if (difference === undefined) return { kind: 'unusable', description: 'the calibration page has another size' };
  const shares = sharesOf(difference);
  const unequal = `${percent(shares.edge[0] ?? 0)} of its edges and ${percent(shares.flat[0] ?? 0)} of its surfaces`;
  if (shares.edge[0] === 0 && shares.flat[0] === 0) return { kind: 'same', tolerance: EXACT };
  if ((shares.flat[STRENGTHS.indexOf(UNUSABLE.strength)] ?? 0) > UNUSABLE.shareOfSurfaces) {
    return { kind: 'unusable', description: `the calibration page differs in ${unequal}` };
  }
  const widen = (share: number): number => Math.min(1, share * FACTOR);
  return {
    kind: 'different',
    tolerance: { flat: shares.flat.map(widen), edge: shares.edge.map(widen) },
    description: `the calibration page differs in ${unequal}; pictures may differ ${FACTOR} times as much, at each strength`,
  };
}
