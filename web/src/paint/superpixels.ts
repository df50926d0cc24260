/** Geometry of a label image: outlines, centres, and which superpixel lies next in a direction. */

/** A label image, [height, width]; -1 marks pixels that belong to none. */
export interface LabelImage {
  readonly height: number;
  readonly width: number;
  readonly labels: Int32Array;
}

const labelAt = (image: LabelImage, x: number, y: number): number =>
  x < 0 || y < 0 || x >= image.width || y >= image.height ? -1 : (image.labels[y * image.width + x] ?? -1);

/** Superpixel under a point in pixel coordinates; -1 for none. */
export const superpixelAt = (image: LabelImage, x: number, y: number): number =>
  labelAt(image, Math.floor(x), Math.floor(y));

type Parts = (a: number, b: number) => boolean;

/** Edges along one axis, neighbouring ones joined into one long segment. */
function segmentsAlong(image: LabelImage, vertical: boolean, parts: Parts, out: number[]): void {
  const lines = vertical ? image.width : image.height;
  const length = vertical ? image.height : image.width;
  for (let line = 0; line <= lines; line++) {
    let start = -1;
    for (let i = 0; i <= length; i++) {
      const a = vertical ? labelAt(image, line - 1, i) : labelAt(image, i, line - 1);
      const b = vertical ? labelAt(image, line, i) : labelAt(image, i, line);
      const edge = i < length && a !== b && parts(a, b);
      if (edge && start < 0) start = i;
      if (!edge && start >= 0) {
        if (vertical) out.push(line, start, line, i);
        else out.push(start, line, i, line);
        start = -1;
      }
    }
  }
}

/**
 * The outlines as straight segments [x0, y0, x1, y1, ...] in pixel coordinates, so that they can be stroked crisply at any size.
 * @param only  one superpixel's outline; left out, all borders between two superpixels
 */
export function outlineSegments(image: LabelImage, only?: number): Float32Array {
  const parts: Parts =
    only === undefined ? (a, b) => a >= 0 && b >= 0 : (a, b) => a === only || b === only;
  const out: number[] = [];
  segmentsAlong(image, true, parts, out);
  segmentsAlong(image, false, parts, out);
  return Float32Array.from(out);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Centre of gravity of each superpixel, in pixel coordinates. */
export function centres(image: LabelImage, count: number): Point[] {
  const sums = new Float64Array(count * 3);
  for (let i = 0; i < image.labels.length; i++) {
    const label = image.labels[i] ?? -1;
    if (label < 0) continue;
    sums[label * 3] = (sums[label * 3] ?? 0) + (i % image.width) + 0.5;
    sums[label * 3 + 1] = (sums[label * 3 + 1] ?? 0) + Math.floor(i / image.width) + 0.5;
    sums[label * 3 + 2] = (sums[label * 3 + 2] ?? 0) + 1;
  }
  return Array.from({ length: count }, (_, k) => {
    const pixels = Math.max(1, sums[k * 3 + 2] ?? 1);
    return { x: (sums[k * 3] ?? 0) / pixels, y: (sums[k * 3 + 1] ?? 0) / pixels };
  });
}

export type Direction = "left" | "right" | "up" | "down";
const STEPS: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};
/** Going astray costs more than going far, so that arrows keep to their row. */
const ASTRAY_PENALTY = 2.5;

/** The nearest superpixel in a direction; the same one where there is none. */
export function next(points: readonly Point[], from: number, direction: Direction): number {
  const here = points[from];
  if (here === undefined) return points.length > 0 ? 0 : from;
  const step = STEPS[direction];
  let best = from;
  let bestCost = Infinity;
  points.forEach((point, k) => {
    const along = (point.x - here.x) * step.x + (point.y - here.y) * step.y;
    const astray = Math.abs((point.x - here.x) * step.y) + Math.abs((point.y - here.y) * step.x);
    const cost = along + ASTRAY_PENALTY * astray;
    if (k !== from && along > 0 && astray <= 2 * along && cost < bestCost) [best, bestCost] = [k, cost];
  });
  return best;
}

/** Flags with only the k superpixels of largest weight on. */
export function bestOnly(weights: Float32Array, k: number): Uint8Array {
  const order = Array.from(weights.keys()).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  const on = new Uint8Array(weights.length);
  for (const index of order.slice(0, Math.max(0, Math.floor(k)))) on[index] = 1;
  return on;
}
