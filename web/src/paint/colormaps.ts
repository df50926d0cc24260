/** Colour maps: perceptually uniform for maps of one sign, diverging and centred at zero for signed ones. */
import { rgb } from "d3-color";
import {
  interpolateBrBG,
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolatePlasma,
  interpolatePRGn,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from "d3-scale-chromatic";
import type { MapKind } from "../../../wasm/whybox";

export interface ColorMap {
  readonly id: string;
  readonly name: string;
  /** [0, 1] -> CSS colour */
  readonly at: (t: number) => string;
}

/** d3's diverging scales begin with the warm end; here the warm end speaks for the class. */
const warmEndLast = (interpolate: (t: number) => string) => (t: number) => interpolate(1 - t);

const SEQUENTIAL: readonly ColorMap[] = [
  { id: "inferno", name: "Inferno", at: interpolateInferno },
  { id: "viridis", name: "Viridis", at: interpolateViridis },
  { id: "magma", name: "Magma", at: interpolateMagma },
  { id: "plasma", name: "Plasma", at: interpolatePlasma },
  { id: "cividis", name: "Cividis", at: interpolateCividis },
];
const DIVERGING: readonly ColorMap[] = [
  { id: "rdbu", name: "Blue – red", at: warmEndLast(interpolateRdBu) },
  { id: "puor", name: "Purple – orange", at: warmEndLast(interpolatePuOr) },
  { id: "prgn", name: "Green – purple", at: warmEndLast(interpolatePRGn) },
  { id: "brbg", name: "Teal – brown", at: warmEndLast(interpolateBrBG) },
];

export const colorMapsFor = (kind: MapKind): readonly ColorMap[] => (kind === "signed" ? DIVERGING : SEQUENTIAL);

/** The map of that name where it suits the kind, else the kind's first. */
export function findColorMap(kind: MapKind, id: string | undefined): ColorMap {
  const maps = colorMapsFor(kind);
  const found = maps.find((map) => map.id === id) ?? maps[0];
  if (found === undefined) throw new Error(`no colour map for a ${kind} map`);
  return found;
}

/** More than 8-bit colours can tell apart along one map. */
export const TABLE_STEPS = 1024;

/** The map as bytes, [TABLE_STEPS, 3]. */
export function colorTable(map: ColorMap): Uint8ClampedArray {
  const table = new Uint8ClampedArray(TABLE_STEPS * 3);
  for (let i = 0; i < TABLE_STEPS; i++) {
    const { r, g, b } = rgb(map.at(i / (TABLE_STEPS - 1)));
    table.set([r, g, b], i * 3);
  }
  return table;
}

/** The ends of a colour scale. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A map of one value everywhere still needs a scale with two ends. */
const SMALLEST_SPAN = 1e-12;

/** The scale that shows every value: symmetric about zero for a signed map, minimum to maximum for an unsigned one. */
export function rangeOf(kind: MapKind, min: number, max: number): Range {
  if (kind === "signed") {
    const reach = Math.max(Math.abs(min), Math.abs(max), SMALLEST_SPAN);
    return { low: -reach, high: reach };
  }
  return max - min > SMALLEST_SPAN ? { low: min, high: max } : { low: min, high: min + Math.max(Math.abs(min), SMALLEST_SPAN) };
}
