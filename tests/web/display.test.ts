import { describe, expect, it } from "vitest";
import { AS_COMPUTED, displayTag, displayWords, percentile, shownMap } from "../../web/src/paint/display";
import { gaussian, mirrored, smoothed } from "../../web/src/paint/smooth";
import type { Heatmap, MapKind } from "../../wasm/whybox";

const sum = (values: Float32Array): number => values.reduce((total, each) => total + each, 0);
/** Values without a pattern, the same each time. */
const rough = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * 43.7 - Math.cos(i * i));
const mapOf = (map: MapKind, ...values: number[]): Heatmap => {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return { width: values.length, height: 1, values: Float32Array.from(values), min, max, map, unit: "", findings: [] };
};

describe("percentile", () => {
  it("is the smallest value that at least so many of the values do not exceed", () => {
    const values = rough(997);
    for (const percent of [0.1, 1, 25, 50, 63.2, 90, 99, 99.9, 100]) {
      const value = percentile(values, percent);
      const share = (limit: (other: number) => boolean): number => (100 * values.filter(limit).length) / values.length;
      expect(values).toContain(value);
      expect(share((other) => other <= value)).toBeGreaterThanOrEqual(percent);
      expect(share((other) => other < value)).toBeLessThan(percent);
    }
  });
  it("counts exactly where a hundredth of the values is a whole number", () => {
    const hundred = Float32Array.from({ length: 100 }, (_, i) => 100 - i);
    for (let percent = 1; percent <= 100; percent++) expect(percentile(hundred, percent)).toBe(percent);
    const thousand = Float32Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(percentile(thousand, 99.9)).toBe(999);
  });
  it("leaves the map as it was, and gives its ends at 0 and 100", () => {
    const values = Float32Array.of(3, 1, 2);
    expect([percentile(values, 0), percentile(values, 100)]).toEqual([1, 3]);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe("smoothing", () => {
  it("weighs by a Gaussian: a sum of 1, and exp(-1/2) of the middle one standard deviation away", () => {
    const weights = gaussian(4);
    const middle = (weights.length - 1) / 2;
    expect(sum(weights)).toBeCloseTo(1, 6);
    expect((weights[middle + 4] ?? 0) / (weights[middle] ?? 1)).toBeCloseTo(Math.exp(-0.5), 6);
  });
  it("mirrors at the edges, the edge pixel twice, and again where the map is narrow", () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => mirrored(i, 3))).toEqual([2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
  });
  it.each([
    [31, 17, 0.5],
    [31, 17, 3],
    [2, 40, 6],
    [1, 1, 2],
  ])("keeps the sum of a map of %i by %i with σ = %f", (width, height, sigma) => {
    const values = rough(width * height);
    // float32 sums of values up to 45: 1e-4 of their sizes is some hundred roundings.
    const tolerance = 1e-4 * values.reduce((total, each) => total + Math.abs(each), 0);
    expect(Math.abs(sum(smoothed(values, width, height, sigma)) - sum(values))).toBeLessThan(tolerance);
  });
  it("spreads a point alike in all four directions, and leaves a flat map flat", () => {
    const point = new Float32Array(21 * 21);
    point[10 * 21 + 10] = 1;
    const soft = smoothed(point, 21, 21, 2);
    const at = (x: number, y: number): number => soft[y * 21 + x] ?? 0;
    expect(at(13, 10)).toBe(at(7, 10));
    expect(at(10, 13)).toBeCloseTo(at(13, 10), 7);
    expect(at(10, 10)).toBeGreaterThan(at(11, 10));
    for (const value of smoothed(new Float32Array(15).fill(2.5), 5, 3, 4)) expect(value).toBeCloseTo(2.5, 5);
  });
  it("is off at 0", () => {
    const values = rough(12);
    expect(smoothed(values, 4, 3, 0)).toBe(values);
  });
});

describe("a map made ready for the eye", () => {
  const signed = mapOf("signed", -4, -1, 0, 2, 3);
  it("is the map itself while nothing is on", () => {
    const shown = shownMap(signed, AS_COMPUTED);
    expect(shown.values).toBe(signed.values);
    expect(shown).toMatchObject({ kind: "signed", range: { low: -4, high: 4 } });
  });
  it("shows one sign on a scale that keeps its colours, and sizes on a scale of one sign", () => {
    expect([...shownMap(signed, { ...AS_COMPUTED, sign: "positive" }).values]).toEqual([0, 0, 0, 2, 3]);
    expect(shownMap(signed, { ...AS_COMPUTED, sign: "positive" }).range).toEqual({ low: -3, high: 3 });
    expect([...shownMap(signed, { ...AS_COMPUTED, sign: "negative" }).values]).toEqual([-4, -1, 0, 0, 0]);
    const sizes = shownMap(signed, { ...AS_COMPUTED, sign: "magnitude" });
    expect([...sizes.values]).toEqual([4, 1, 0, 2, 3]);
    expect(sizes).toMatchObject({ kind: "unsigned", range: { low: 0, high: 4 } });
  });
  it("ends a signed scale at the percentile of the sizes, an unsigned one at that of the values", () => {
    // Sizes 0 1 2 3 4: four of five are at most 3.
    expect(shownMap(signed, { ...AS_COMPUTED, clip: 80 }).range).toEqual({ low: -3, high: 3 });
    expect(shownMap(mapOf("unsigned", 1, 2, 3, 4, 100), { ...AS_COMPUTED, clip: 80 }).range).toEqual({ low: 1, high: 4 });
  });
  it("takes no notice of signs where the map has none", () => {
    const unsigned = mapOf("unsigned", 1, 2, 3);
    for (const sign of ["positive", "negative"] as const) expect([...shownMap(unsigned, { ...AS_COMPUTED, sign }).values]).toEqual([1, 2, 3]);
  });
  it("smooths before it takes one sign, so that neighbours of the other sign count", () => {
    const alternating = mapOf("signed", 1, -1, 1, -1, 1, -1, 1, -1);
    const shown = shownMap(alternating, { sign: "positive", sigma: 3, clip: 100 });
    expect(Math.max(...shown.values)).toBeLessThan(0.2);
  });
});

describe("the words for display options", () => {
  const range = { low: -3, high: 3 };
  it("are none while nothing is on", () => {
    expect(displayWords(AS_COMPUTED, "signed", range)).toEqual([]);
    expect(displayTag(AS_COMPUTED, "signed")).toBe("");
  });
  it("name every option that is on, for the eye and for a file's name", () => {
    const display = { sign: "positive", sigma: 2.5, clip: 99 } as const;
    expect(displayWords(display, "signed", range)).toEqual(["only what speaks for it", "smoothed (Gaussian, σ = 2.5 px)", "scale ends at percentile 99 (3)"]);
    expect(displayTag(display, "signed")).toBe("positive smoothed 2.5 clipped 99");
  });
  it("are silent about a sign that the map does not have", () => {
    expect(displayWords({ ...AS_COMPUTED, sign: "magnitude" }, "unsigned", range)).toEqual([]);
  });
});
