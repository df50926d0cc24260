import { describe, expect, it } from "vitest";
import { boundedSize, shrink } from "../../web/src/worker/picture";

describe("boundedSize", () => {
  it("keeps proportions, never enlarges, never reaches zero", () => {
    expect(boundedSize(4000, 3000, 1600)).toEqual({ width: 1600, height: 1200 });
    expect(boundedSize(100, 50, 1600)).toEqual({ width: 100, height: 50 });
    expect(boundedSize(12000, 1, 1600)).toEqual({ width: 1600, height: 1 });
  });
});

describe("shrink", () => {
  const picture = (width: number, height: number, red: (x: number, y: number) => number) => {
    const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgba[(y * width + x) * 4] = red(x, y);
    return { width, height, rgba };
  };
  it("leaves a constant picture constant at any ratio", () => {
    const small = shrink(picture(7, 5, () => 93), 3, 2);
    for (let i = 0; i < 6; i++) expect(small.rgba[i * 4]).toBe(93);
  });
  it("means whole blocks at a whole ratio", () => {
    const small = shrink(picture(4, 2, (x, y) => 10 * x + y * 40), 2, 1);
    // Means of {0, 10, 40, 50} and {20, 30, 60, 70}.
    expect([small.rgba[0], small.rgba[4]]).toEqual([25, 45]);
  });
  it("keeps sides apart that are not square", () => {
    const small = shrink(picture(6, 2, (x) => (x < 3 ? 0 : 200)), 2, 1);
    expect([small.rgba[0], small.rgba[4]]).toEqual([0, 200]);
  });
});
