/** Smoothing of a map for the eye. */

/** Beyond three standard deviations lies 0.3 % of a Gaussian. */
const REACH = 3;

/** Weights of a Gaussian at -r..r pixels, summing to 1. */
export function gaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(REACH * sigma));
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((total, each) => total + each, 0);
  return weights.map((each) => each / sum);
}

/** Index of a pixel outside 0..length-1 in the picture mirrored at its edges: -1 is 0, -2 is 1. */
export function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const within = ((index % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

/** A way through the values: so many lines of so many values. */
interface Walk {
  readonly lines: number;
  readonly length: number;
  /** Distance in memory from one line, and from one value, to the next. */
  readonly line: number;
  readonly step: number;
}

function smoothAlong(values: Float32Array, weights: Float32Array, { lines, length, line, step }: Walk): Float32Array {
  const radius = (weights.length - 1) / 2;
  const smooth = new Float32Array(values.length);
  const padded = new Float32Array(length + 2 * radius);
  const from = Int32Array.from(padded, (_, i) => mirrored(i - radius, length) * step);
  for (let l = 0; l < lines; l++) {
    for (let i = 0; i < padded.length; i++) padded[i] = values[l * line + (from[i] ?? 0)] ?? 0;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += (weights[k] ?? 0) * (padded[i + k] ?? 0);
      smooth[l * line + i * step] = sum;
    }
  }
  return smooth;
}

/**
 * Convolution with a Gaussian of `sigma` pixels, cut at 3 sigma, the map mirrored at its edges: the sum of the map stays what it was.
 * @param values  [height, width]
 * @param sigma   0 leaves the map as it is
 * Time: O(width · height · sigma).
 */
export function smoothed(values: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma <= 0) return values;
  const weights = gaussian(sigma);
  const rows = smoothAlong(values, weights, { lines: height, length: width, line: width, step: 1 });
  return smoothAlong(rows, weights, { lines: width, length: height, line: 1, step: width });
}
