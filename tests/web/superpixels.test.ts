import { describe, expect, it } from "vitest";
import { bestOnly, centres, next, outlineSegments, superpixelAt } from "../../web/src/paint/superpixels";

/** 0 0 1
 *  0 0 1
 *  2 2 2  */
const image = { height: 3, width: 3, labels: Int32Array.of(0, 0, 1, 0, 0, 1, 2, 2, 2) };
const lengthOf = (segments: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < segments.length; i += 4)
    sum += Math.abs((segments[i + 2] ?? 0) - (segments[i] ?? 0)) + Math.abs((segments[i + 3] ?? 0) - (segments[i + 1] ?? 0));
  return sum;
};

describe("outlineSegments", () => {
  it("draws each border between two superpixels once, in joined pieces", () => {
    const segments = outlineSegments(image);
    // One vertical border of length 2 and one horizontal of length 3, the latter in one piece.
    expect(lengthOf(segments)).toBe(5);
    expect([...segments].join()).toContain("0,2,3,2");
  });
  it("closes the outline of one superpixel, the picture's edge included", () => {
    expect(lengthOf(outlineSegments(image, 0))).toBe(8);
    expect(lengthOf(outlineSegments(image, 2))).toBe(8);
  });
  it("draws no border towards pixels that belong to none", () => {
    expect(lengthOf(outlineSegments({ height: 1, width: 2, labels: Int32Array.of(0, -1) }))).toBe(0);
  });
});

describe("finding superpixels", () => {
  it("tells which one lies under a point, none outside", () => {
    expect(superpixelAt(image, 2.5, 0.2)).toBe(1);
    expect(superpixelAt(image, 0, 2.99)).toBe(2);
    expect(superpixelAt(image, 3, 0)).toBe(-1);
  });
  it("puts a centre in the middle of its pixels", () => {
    expect(centres(image, 3)).toEqual([
      { x: 1, y: 1 },
      { x: 2.5, y: 1 },
      { x: 1.5, y: 2.5 },
    ]);
  });
});

describe("moving by arrow keys", () => {
  /** A grid of 4 × 3 centres, numbered row by row. */
  const grid = Array.from({ length: 12 }, (_, i) => ({ x: (i % 4) * 10, y: Math.floor(i / 4) * 10 }));
  it("goes to the neighbour in each direction", () => {
    expect(next(grid, 5, "left")).toBe(4);
    expect(next(grid, 5, "right")).toBe(6);
    expect(next(grid, 5, "up")).toBe(1);
    expect(next(grid, 5, "down")).toBe(9);
  });
  it("stays where there is none", () => {
    expect(next(grid, 0, "left")).toBe(0);
    expect(next(grid, 11, "down")).toBe(11);
  });
  it("reaches every superpixel of the grid from the first", () => {
    const reached = new Set([0]);
    for (const k of reached) for (const direction of ["left", "right", "up", "down"] as const) reached.add(next(grid, k, direction));
    expect(reached.size).toBe(12);
  });
});

describe("bestOnly", () => {
  const weights = Float32Array.of(0.1, -0.9, 0.4, 0.3);
  it("keeps the k of largest weight", () => {
    expect([...bestOnly(weights, 2)]).toEqual([0, 0, 1, 1]);
  });
  it("takes any k", () => {
    expect([...bestOnly(weights, 0)]).toEqual([0, 0, 0, 0]);
    expect([...bestOnly(weights, 99)]).toEqual([1, 1, 1, 1]);
  });
});
