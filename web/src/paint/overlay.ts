/** From numbers to pixels: a heatmap as a translucent layer, superpixels switched off and on. */
import { TABLE_STEPS } from "./colormaps";
import type { Range } from "./colormaps";
import type { MapKind } from "../../../wasm/whybox";

export interface OverlayStyle {
  readonly range: Range;
  readonly kind: MapKind;
  /** [TABLE_STEPS, 3] */
  readonly table: Uint8ClampedArray;
  /** Opacity grows with the value's weight, so that the picture stays visible where nothing is found. */
  readonly fade: boolean;
}

/** A value's place on the scale, [0, 1]. */
export const position = (value: number, { low, high }: Range): number =>
  Math.min(1, Math.max(0, (value - low) / (high - low)));

/** How much a value matters, [0, 1]: distance from zero on a signed scale, from the low end on an unsigned one. */
export const weight = (t: number, kind: MapKind): number => (kind === "signed" ? Math.abs(2 * t - 1) : t);

/** A third of the scale is enough for full opacity: below, the layer thins out. */
const FULL_OPACITY_FROM = 1 / 3;

/**
 * RGBA of the layer, [height, width, 4]; the caller's opacity slider multiplies it.
 * @param values  [height, width]
 */
export function paintOverlay(values: Float32Array, style: OverlayStyle): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(values.length * 4);
  const { range, kind, table, fade } = style;
  for (let i = 0; i < values.length; i++) {
    const t = position(values[i] ?? 0, range);
    const entry = Math.round(t * (TABLE_STEPS - 1)) * 3;
    rgba[i * 4] = table[entry] ?? 0;
    rgba[i * 4 + 1] = table[entry + 1] ?? 0;
    rgba[i * 4 + 2] = table[entry + 2] ?? 0;
    rgba[i * 4 + 3] = fade ? 255 * Math.min(1, weight(t, kind) / FULL_OPACITY_FROM) : 255;
  }
  return rgba;
}

/** RGBA [height, width, 4] of a shutter over the picture: black where the value is 0, open from `open` on. */
export function paintGate(values: Float32Array, open: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i++) rgba[i * 4 + 3] = 255 * (1 - position(values[i] ?? 0, { low: 0, high: open }));
  return rgba;
}

/** One value per superpixel spread over its pixels; 0 where the network saw nothing (label -1). */
export function spread(labels: Int32Array, weights: Float32Array): Float32Array {
  return Float32Array.from(labels, (label) => (label < 0 ? 0 : (weights[label] ?? 0)));
}

/** Pixels of superpixels that are off made transparent, in place. */
export function hideOff(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  labels: Int32Array,
  on: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? -1;
    if (label >= 0 && on[label] === 0) rgba[i * 4 + 3] = 0;
  }
  return rgba;
}

/** The picture with the same pixels transparent, so that a fill below shows through. */
export const cutOut = (rgba: Uint8ClampedArray, labels: Int32Array, on: Uint8Array): Uint8ClampedArray<ArrayBuffer> =>
  hideOff(new Uint8ClampedArray(rgba), labels, on);
