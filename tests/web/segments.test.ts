import { describe, expect, it } from "vitest";
import { blank, census, dab, flood, labelPicture, MOST_SEGMENTS, paintingOf, segmentColor, stroke, tint } from "../../web/src/paint/segments";

const rows = ({ labels, width }: { labels: Uint16Array; width: number }): number[][] =>
  Array.from({ length: labels.length / width }, (_, y) => [...labels.subarray(y * width, (y + 1) * width)]);

describe("painting segments", () => {
  it("a brush of one pixel paints the one under it", () => {
    const painting = blank(4, 3);
    dab(painting, { x: 2.9, y: 1.1 }, 1, 5);
    expect(rows(painting)).toEqual([
      [0, 0, 0, 0],
      [0, 0, 5, 0],
      [0, 0, 0, 0],
    ]);
  });

  it("a brush paints a disc, cut off at the edges", () => {
    const painting = blank(5, 5);
    dab(painting, { x: 2.5, y: 2.5 }, 3, 1);
    expect(rows(painting).map((row) => row.join(""))).toEqual(["00000", "01110", "01110", "01110", "00000"]);
    dab(painting, { x: 0, y: 0 }, 2, 2);
    expect(painting.labels[0]).toBe(2);
  });

  it("a stroke has no gaps", () => {
    const painting = blank(60, 40);
    stroke(painting, { x: 1.5, y: 1.5 }, { x: 58.5, y: 38.5 }, 1, 1);
    for (let x = 1; x < 59; x++) expect(rows(painting).some((row) => row[x] === 1)).toBe(true);
  });

  it("a bucket fills a connected region and stops at its border", () => {
    const painting = blank(5, 3);
    for (let y = 0; y < 3; y++) painting.labels[y * 5 + 2] = 1;
    flood(painting, { x: 0.5, y: 1.5 }, 7);
    expect(rows(painting)).toEqual([0, 1, 2].map(() => [7, 7, 1, 0, 0]));
    flood(painting, { x: 9, y: 1 }, 3);
    flood(painting, { x: 0.5, y: 0.5 }, 7);
    expect(census(painting)).toEqual({ count: 3, free: 2 });
  });

  it("begins with an explanation's superpixels, pixels of none joining the first", () => {
    expect([...paintingOf({ width: 3, height: 1, labels: Int32Array.of(-1, 2, 0) }).labels]).toEqual([0, 2, 0]);
  });

  it("gives the core as many colours as there are labels, also beyond 256", () => {
    const painting = blank(MOST_SEGMENTS, 1);
    painting.labels.forEach((_, i) => (painting.labels[i] = i));
    const { rgba } = labelPicture(painting);
    const colors = new Set(Array.from({ length: MOST_SEGMENTS }, (_, i) => rgba.subarray(4 * i, 4 * i + 4).join()));
    expect(colors.size).toBe(MOST_SEGMENTS);
    expect(rgba[3]).toBe(255);
  });

  it("tints every pixel with its segment's colour", () => {
    const painting = blank(2, 1);
    painting.labels[1] = 1;
    expect([...tint(painting, [[1, 2, 3], [4, 5, 6]])]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
    expect(segmentColor(0)).not.toBe(segmentColor(1));
  });
});
