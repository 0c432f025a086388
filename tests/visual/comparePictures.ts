/** How two pictures differ, counted so that another way of drawing edges can be told from another colour. */

export interface Picture {
  /** RGBA, 8 bits a channel, row by row. */
  data: Uint8Array | Uint8ClampedArray;
  metadata: { width: number; height: number };
}

/**
 * The strengths at which differing pixels are counted: a pixel counts at a strength where one of its channels differs
 * by more than that. 0 counts every pixel that is not equal.
 */
export const STRENGTHS = [0, 2, 4, 8, 16, 32, 64, 128] as const;

/**
 * Shares from 0 to 1, one for each strength. `flat` is of the pixels that equal all their neighbours in the reference
 * (surfaces), `edge` of the others (glyphs, lines, gradients).
 */
export interface Shares {
  flat: readonly number[];
  edge: readonly number[];
}

export interface Difference {
  counts: { flat: number[]; edge: number[] };
  pixels: { flat: number; edge: number };
}

/** Every pixel must be equal. */
export const EXACT: Shares = { flat: STRENGTHS.map(() => 0), edge: STRENGTHS.map(() => 0) };

function sameSize(one: Picture, other: Picture): boolean {
  return one.metadata.width === other.metadata.width && one.metadata.height === other.metadata.height;
}

/** One 32-bit number a pixel. */
function words({ data }: Picture): Uint32Array {
  return data.byteOffset % 4 === 0
    ? new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4)
    : new Uint32Array(data.slice().buffer);
}

function isFlat(pixels: Uint32Array, x: number, y: number, width: number, height: number): boolean {
  const own = pixels[y * width + x];
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
      if (pixels[row * width + column] !== own) return false;
    }
  }
  return true;
}

function strengthAt(one: Picture, other: Picture, pixel: number): number {
  let strongest = 0;
  for (let channel = pixel * 4; channel < pixel * 4 + 4; channel += 1) {
    strongest = Math.max(strongest, Math.abs((one.data[channel] ?? 0) - (other.data[channel] ?? 0)));
  }
  return strongest;
}

/** Counts what differs; `undefined` for pictures of two sizes, which have no difference pixel by pixel. */
export function differenceOf(reference: Picture, actual: Picture): Difference | undefined {
  if (!sameSize(reference, actual)) return undefined;
  const { width, height } = reference.metadata;
  const pixels = words(reference);
  const actualPixels = words(actual);
  const difference: Difference = {
    counts: { flat: STRENGTHS.map(() => 0), edge: STRENGTHS.map(() => 0) },
    pixels: { flat: 0, edge: 0 },
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      const kind = isFlat(pixels, x, y, width, height) ? 'flat' : 'edge';
      difference.pixels[kind] += 1;
      if (pixels[pixel] === actualPixels[pixel]) continue;
      const strength = strengthAt(reference, actual, pixel);
      STRENGTHS.forEach((limit, index) => {
        if (strength > limit) difference.counts[kind][index] = (difference.counts[kind][index] ?? 0) + 1;
      });
    }
  }
  return difference;
}

export function sharesOf({ counts, pixels }: Difference): Shares {
  return {
    flat: counts.flat.map((count) => count / Math.max(1, pixels.flat)),
    edge: counts.edge.map((count) => count / Math.max(1, pixels.edge)),
  };
}

/** The first strength at which more differs than the tolerance allows, in words; `undefined` where none does. */
export function excess({ counts, pixels }: Difference, tolerance: Shares): string | undefined {
  for (const kind of ['flat', 'edge'] as const) {
    for (const [index, strength] of STRENGTHS.entries()) {
      const count = counts[kind][index] ?? 0;
      const allowed = Math.ceil((tolerance[kind][index] ?? 0) * pixels[kind]);
      if (count > allowed) {
        const where = kind === 'flat' ? 'on surfaces' : 'on edges';
        return `${count} of ${pixels[kind]} pixels ${where} differ by more than ${strength} of 255; allowed are ${allowed}.`;
      }
    }
  }
  return undefined;
}

/** The actual picture faded, with every pixel that differs in red. */
export function drawDifference(reference: Picture, actual: Picture): Uint8Array {
  const drawn = new Uint8Array(actual.data.length);
  for (let offset = 0; offset < drawn.length; offset += 4) {
    const differs = strengthAt(reference, actual, offset / 4) > 0;
    for (let channel = 0; channel < 3; channel += 1) {
      drawn[offset + channel] = differs
        ? channel === 0
          ? 255
          : 0
        : 255 - (255 - (actual.data[offset + channel] ?? 0)) / 6;
    }
    drawn[offset + 3] = 255;
  }
  return drawn;
}
