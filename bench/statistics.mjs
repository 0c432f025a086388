/**
 * The value below which a share of the samples lies, between two of them in proportion.
 *
 * @param {readonly number[]} samples
 * @param {number} share 0 to 1
 */
function quantile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** @param {readonly number[]} samples */
export function summarize(samples) {
  return {
    median: round(quantile(samples, 0.5)),
    interquartileRange: [round(quantile(samples, 0.25)), round(quantile(samples, 0.75))],
    samples: samples.map(round),
  };
}

/** @param {number} value */
export function round(value) {
  return Math.round(value * 100) / 100;
}
