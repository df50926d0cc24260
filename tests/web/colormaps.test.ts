import { lab } from "d3-color";
import { describe, expect, it } from "vitest";
import { colorMapsFor, colorTable, findColorMap, rangeOf, TABLE_STEPS } from "../../web/src/paint/colormaps";

const lightness = (table: Uint8ClampedArray, i: number): number =>
  lab(`rgb(${table[i * 3]},${table[i * 3 + 1]},${table[i * 3 + 2]})`).l;

describe("colour maps", () => {
  it.each(colorMapsFor("unsigned").map(({ id }) => id))("%s grows lighter all the way, so that more is never darker", (id) => {
    const table = colorTable(findColorMap("unsigned", id));
    // Sixteenths of the scale: 8-bit colours wobble by less than one unit of lightness between them.
    const steps = Array.from({ length: 17 }, (_, i) => lightness(table, Math.round((i * (TABLE_STEPS - 1)) / 16)));
    steps.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(steps[i] ?? 0));
  });

  it.each(colorMapsFor("signed").map(({ id }) => id))("%s is lightest at zero and darker to both ends", (id) => {
    const table = colorTable(findColorMap("signed", id));
    const middle = lightness(table, TABLE_STEPS / 2);
    for (const i of [0, TABLE_STEPS / 4, (3 * TABLE_STEPS) / 4, TABLE_STEPS - 1]) expect(lightness(table, i)).toBeLessThan(middle);
  });

  it("puts red at the positive end of the first diverging map", () => {
    const table = colorTable(findColorMap("signed", undefined));
    const [r = 0, , b = 0] = table.subarray((TABLE_STEPS - 1) * 3);
    expect(r).toBeGreaterThan(b);
  });

  it("falls back to the kind's first map when a name belongs to the other kind", () => {
    expect(findColorMap("signed", "viridis").id).toBe(colorMapsFor("signed")[0]?.id);
  });
});

describe("rangeOf", () => {
  it("centres a signed scale at zero, wide enough for both ends", () => {
    expect(rangeOf("signed", -0.2, 0.7)).toEqual({ low: -0.7, high: 0.7 });
    expect(rangeOf("signed", -3, 1)).toEqual({ low: -3, high: 3 });
  });
  it("spans an unsigned map from its minimum to its maximum, so that nothing is clipped", () => {
    expect(rangeOf("unsigned", 0.4, 0.6)).toEqual({ low: 0.4, high: 0.6 });
  });
  it("gives a flat map a scale with two different ends", () => {
    for (const kind of ["signed", "unsigned"] as const)
      for (const value of [0, 1, -2]) {
        const { low, high } = rangeOf(kind, value, value);
        expect(high).toBeGreaterThan(low);
      }
  });
});
