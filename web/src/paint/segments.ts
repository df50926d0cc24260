/** Segments as a person paints them: a label per pixel, brush and bucket, and the two pictures made of them. */
import type { Picture } from "../../../wasm/whybox";
import type { LabelImage, Point } from "./superpixels";

/** As many as the core takes. */
export const MOST_SEGMENTS = 400;

/** A label per pixel, [height, width], all 0 at first; changed in place. */
export interface Painting {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint16Array;
}

export const blank = (width: number, height: number): Painting => ({ width, height, labels: new Uint16Array(width * height) });

/** An explanation's superpixels to begin with; what the network did not see joins the first one. */
export const paintingOf = ({ width, height, labels }: LabelImage): Painting => ({
  width,
  height,
  labels: Uint16Array.from(labels, (label) => Math.max(0, label)),
});

/** A disc of that diameter around a point, in pixels; 1 is a single one. */
export function dab({ width, height, labels }: Painting, { x, y }: Point, diameter: number, label: number): void {
  const radius = Math.max(0.5, diameter / 2);
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, Math.floor(y + radius)); row++)
    for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, Math.floor(x + radius)); column++) {
      const inside = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 <= radius ** 2;
      const under = Math.floor(x) === column && Math.floor(y) === row;
      if (inside || under) labels[row * width + column] = label;
    }
}

/** Dabs along a line, close enough that the stroke has no gaps. */
export function stroke(painting: Painting, from: Point, to: Point, diameter: number, label: number): void {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(0.5, diameter / 4)));
  for (let i = 0; i <= steps; i++)
    dab(painting, { x: from.x + ((to.x - from.x) * i) / steps, y: from.y + ((to.y - from.y) * i) / steps }, diameter, label);
}

/** The connected region of one label around a point gets another. */
export function flood({ width, height, labels }: Painting, { x, y }: Point, label: number): void {
  const start = Math.floor(y) * width + Math.floor(x);
  const former = labels[start];
  if (former === undefined || former === label || x < 0 || y < 0 || x >= width || y >= height) return;
  const open = [start];
  labels[start] = label;
  const visit = (i: number): void => {
    if (labels[i] !== former) return;
    labels[i] = label;
    open.push(i);
  };
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (i % width > 0) visit(i - 1);
    if (i % width < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i + width < width * height) visit(i + width);
  }
}

/** How many labels there are, and the smallest number that is not used yet. */
export function census({ labels }: Painting): { readonly count: number; readonly free: number } {
  const used = new Set(labels);
  let free = 0;
  while (used.has(free)) free++;
  return { count: used.size, free };
}

/** For the core: colours as different as the labels. */
export function labelPicture({ width, height, labels }: Painting): Picture {
  const rgba = new Uint8ClampedArray(labels.length * 4);
  labels.forEach((label, i) => rgba.set([label & 255, label >> 8, 0, 255], i * 4));
  return { width, height, rgba };
}

/** The golden angle: neighbouring numbers get hues far apart. */
const HUE_STEP = 137.508;
export const segmentColor = (label: number): string => `hsl(${((label * HUE_STEP) % 360).toFixed(1)} 75% 55%)`;

/** For the eye: [height, width, 4]. @param colors  r, g, b of every label */
export function tint({ labels }: Painting, colors: readonly (readonly [number, number, number])[]): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(labels.length * 4);
  labels.forEach((label, i) => rgba.set([...(colors[label] ?? [0, 0, 0]), 255], i * 4));
  return rgba;
}
