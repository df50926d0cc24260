import { describe, expect, it } from "vitest";
import { colorTable, findColorMap, TABLE_STEPS } from "../../web/src/paint/colormaps";
import { cutOut, paintOverlay, position, spread, weight } from "../../web/src/paint/overlay";

const table = colorTable(findColorMap("unsigned", "viridis"));
const entry = (i: number): number[] => [...table.subarray(i * 3, i * 3 + 3)];

describe("paintOverlay", () => {
  const range = { low: 0, high: 2 };
  it("maps low, middle and high to the ends and the middle of the table", () => {
    const rgba = paintOverlay(Float32Array.of(0, 1, 2), { range, kind: "unsigned", table, fade: false });
    expect([...rgba.subarray(0, 3)]).toEqual(entry(0));
    expect([...rgba.subarray(4, 7)]).toEqual(entry(Math.round((TABLE_STEPS - 1) / 2)));
    expect([...rgba.subarray(8, 11)]).toEqual(entry(TABLE_STEPS - 1));
    expect([rgba[3], rgba[7], rgba[11]]).toEqual([255, 255, 255]);
  });
  it("fades an unsigned map at its low end, a signed one at zero", () => {
    const alpha = (kind: "signed" | "unsigned", low: number): number[] => {
      const rgba = paintOverlay(Float32Array.of(-1, 0, 1), { range: { low, high: 1 }, kind, table, fade: true });
      return [rgba[3] ?? -1, rgba[7] ?? -1, rgba[11] ?? -1];
    };
    expect(alpha("unsigned", -1)[0]).toBe(0);
    expect(alpha("unsigned", -1)[2]).toBe(255);
    expect(alpha("signed", -1)).toEqual([255, 0, 255]);
  });
});

describe("position and weight", () => {
  it("stay in [0, 1] outside the range", () => {
    expect(position(9, { low: 0, high: 1 })).toBe(1);
    expect(position(-9, { low: 0, high: 1 })).toBe(0);
  });
  it("weigh a signed scale by distance from its middle", () => {
    expect(weight(0.5, "signed")).toBe(0);
    expect(weight(0, "signed")).toBe(1);
    expect(weight(0.25, "unsigned")).toBe(0.25);
  });
});

describe("superpixel painting", () => {
  const labels = Int32Array.of(0, 1, -1, 1);
  it("spreads weights over pixels and leaves pixels of no superpixel at zero", () => {
    expect([...spread(labels, Float32Array.of(2, -4))]).toEqual([2, -4, 0, -4]);
  });
  it("cuts out exactly the pixels of superpixels that are off, in a copy", () => {
    const rgba = new Uint8ClampedArray(16).fill(255);
    const cut = cutOut(rgba, labels, Uint8Array.of(1, 0));
    expect([cut[3], cut[7], cut[11], cut[15]]).toEqual([255, 0, 255, 0]);
    expect(rgba[7]).toBe(255);
  });
});
