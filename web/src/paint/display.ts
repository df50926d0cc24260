/**
 * How a map is shown, beside how it was computed: smoothed, one sign of it, its colour scale cut short. None of it changes the map, and
 * whatever is on is said in words wherever the map is shown or saved.
 */
import { quickselect } from "d3-array";
import type { Heatmap, MapKind, PlainMap } from "../../../wasm/whybox";
import { type Range, rangeOf } from "./colormaps";
import { formatNumber } from "./numbers";
import { smoothed } from "./smooth";

/** Of a signed map; an unsigned one has no other side. */
export type SignView = "both" | "positive" | "negative" | "magnitude";

export interface Display {
  readonly sign: SignView;
  /** Standard deviation of a Gaussian, pixels of the picture; 0 for none. */
  readonly sigma: number;
  /** Percentile of the values that the colour scale ends at; 100 for all of it. */
  readonly clip: number;
}

export const AS_COMPUTED: Display = { sign: "both", sigma: 0, clip: 100 };

/** A map made ready for the eye. */
export interface ShownMap {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly values: Float32Array;
  readonly kind: MapKind;
  readonly range: Range;
}

/** 99.9 % of 1000 is 999.0000000000001 in binary; no map has so many values that this could skip one. */
const ROUNDING = 1e-6;

/**
 * The smallest of the values that at least `percent` % of them do not exceed (nearest rank): a value of the map itself, not one between
 * two. 0 gives the smallest, 100 the largest.
 * @param percent  0..100
 */
export function percentile(values: Float32Array, percent: number): number {
  if (values.length === 0) return Number.NaN;
  const rank = Math.max(0, Math.ceil((percent * values.length) / 100 - ROUNDING) - 1);
  return quickselect(values.slice(), rank)[rank] ?? Number.NaN;
}

const SIGNS: Readonly<Record<SignView, (value: number) => number>> = {
  both: (value) => value,
  positive: (value) => Math.max(0, value),
  negative: (value) => Math.min(0, value),
  magnitude: Math.abs,
};

/** Ends of the scale: of a signed map the percentile is that of the sizes, so that zero stays in the middle. */
function clippedRange(values: Float32Array, kind: MapKind, clip: number): Range {
  if (kind === "signed") {
    const reach = percentile(values.map(Math.abs), clip);
    return rangeOf(kind, -reach, reach);
  }
  return rangeOf(kind, percentile(values, 0), percentile(values, clip));
}

function wholeRange(values: Float32Array, kind: MapKind): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return rangeOf(kind, min, max);
}

/** The map as the options say: smoothed first, then the signs that are wanted, then the scale of what is left. */
export function shownMap({ values, width, height, map }: PlainMap & Pick<Heatmap, "map">, { sign, sigma, clip }: Display): ShownMap {
  const soft = smoothed(values, width, height, sigma);
  const chosen = map === "unsigned" || sign === "both" ? soft : soft.map(SIGNS[sign]);
  const kind = sign === "magnitude" ? "unsigned" : map;
  const range = clip < 100 ? clippedRange(chosen, kind, clip) : wholeRange(chosen, kind);
  return { width, height, values: chosen, kind, range };
}

const SIGN_WORDS: Readonly<Record<Exclude<SignView, "both">, string>> = {
  positive: "only what speaks for it",
  negative: "only what speaks against it",
  magnitude: "sizes without signs",
};

/** Every option that is on, in words; empty for a map as it was computed. */
export function displayWords({ sign, sigma, clip }: Display, map: MapKind, range: Range): string[] {
  return [
    ...(map === "signed" && sign !== "both" ? [SIGN_WORDS[sign]] : []),
    ...(sigma > 0 ? [`smoothed (Gaussian, σ = ${formatNumber(sigma)} px)`] : []),
    ...(clip < 100 ? [`scale ends at percentile ${formatNumber(clip)} (${formatNumber(range.high)})`] : []),
  ];
}

/** The same for the name of a file: "positive-smoothed-2-clipped-99". */
export function displayTag({ sign, sigma, clip }: Display, map: MapKind): string {
  const words = [map === "signed" && sign !== "both" ? sign : "", sigma > 0 ? `smoothed ${sigma}` : "", clip < 100 ? `clipped ${clip}` : ""];
  return words.filter((word) => word !== "").join(" ");
}
