import { differenceOf, drawDifference, EXACT, excess, type Picture, type Shares } from './comparePictures.ts';

export interface CalibratedOptions {
  /** What the calibration allows; equal to the pixel if left out. */
  tolerance?: Shares;
}

declare module 'vitest/browser' {
  interface ScreenshotComparatorRegistry {
    calibrated: CalibratedOptions;
  }
}

export interface Comparison {
  pass: boolean;
  diff: Uint8Array | null;
  message: string | null;
}

/** Vitest's comparator `calibrated`: passes where a picture differs no more than the calibration page does. */
export function calibrated(
  reference: Picture,
  actual: Picture,
  { createDiff, tolerance = EXACT }: CalibratedOptions & { createDiff: boolean },
): Comparison {
  const difference = differenceOf(reference, actual);
  if (difference === undefined) {
    const size = ({ metadata }: Picture): string => `${metadata.width} × ${metadata.height}`;
    return {
      pass: false,
      diff: null,
      message: `The picture is ${size(actual)} px, its baseline ${size(reference)} px.`,
    };
  }
  const problem = excess(difference, tolerance);
  if (problem === undefined) return { pass: true, diff: null, message: null };
  return { pass: false, diff: createDiff ? drawDifference(reference, actual) : null, message: problem };
}
