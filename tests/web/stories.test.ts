import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { cuesOf, verdict } from "../../web/src/client/cues";
import { channelMaxima, PrototypeDesk, rowsFor } from "../../web/src/client/prototypes";
import { shippedModels, type Manifest } from "../../web/src/client/shipped";
import { stationKey, stationOf, STORIES, storiesFor } from "../../web/src/client/stories";
import type { SceneKind } from "../../wasm/whybox";

const kind: SceneKind = {
  id: "conflict",
  name: "",
  summary: "",
  classes: ["fish", "house", "cat"],
  attributes: [
    { id: "shape", name: "Shape", values: ["fish", "house", "cat"], speaks_for_class: true },
    { id: "texture", name: "Texture", values: ["scales", "bricks", "fur"], speaks_for_class: true },
    { id: "pot", name: "Pot", values: ["round", "square", "none"], speaks_for_class: false },
  ],
  handles: [],
  params: [],
};

describe("cues", () => {
  it("mark the classes that they speak for, and nothing else does", () => {
    expect([...cuesOf(kind, { shape: 0, texture: 1, pot: 2 })]).toEqual([
      [0, ["shape"]],
      [1, ["texture"]],
    ]);
    expect([...cuesOf(kind, { shape: 2, texture: 2 })]).toEqual([[2, ["shape", "texture"]]]);
    expect(cuesOf(kind, {}).size).toBe(0);
  });
  it("win or lose only where they contradict each other", () => {
    const conflict = cuesOf(kind, { shape: 0, texture: 1 });
    expect(verdict(conflict, 1)).toBe("The answer follows the texture, not the shape.");
    expect(verdict(conflict, 0)).toBe("The answer follows the shape, not the texture.");
    expect(verdict(conflict, 2)).toBe("The answer follows neither shape nor texture.");
    expect(verdict(cuesOf(kind, { shape: 1, texture: 1 }), 1)).toBeNull();
    expect(verdict(new Map(), 1)).toBeNull();
  });
});

describe("guided examples", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../models/manifest.json", import.meta.url), "utf8")) as Manifest;

  it("are offered where their networks ship", () => {
    expect(storiesFor(shippedModels(manifest)).map(({ id }) => id)).toEqual(STORIES.map(({ id }) => id));
    expect(storiesFor([{ id: "clever-hans/int8" }])).toEqual([]);
  });
  it("name a place the same whenever one comes back", () => {
    const story = STORIES[0];
    if (story === undefined) throw new Error("no story");
    const station = stationOf(story, "m/int8", { b: 1, a: 2 });
    expect(stationKey(station)).toBe(stationKey({ model: "m/int8", seed: story.seed, params: { a: 2, b: 1 } }));
    expect(stationKey(station)).not.toBe(stationKey({ ...station, params: { a: 2 } }));
  });
});

describe("prototypes", () => {
  const prototype = (index: number, weights: number[]) => ({ index, class: 0, file: `${index}.png`, weights });
  const layer = { tensor: "similarities", prototypes: [prototype(0, [1, 0]), prototype(1, [-3, 2])] };

  it("score by the place that looks most like them", () => {
    expect(channelMaxima({ shape: [1, 2, 1, 2], values: Float32Array.of(0.5, 0.25, 0.75, 0) })).toEqual([0.75, 0.25]);
  });
  it("stand in the order of what they add to a class, be it for or against", () => {
    const rows = rowsFor({ layer, scores: [0.5, 0.25] }, 0);
    expect(rows.map(({ prototype: { index }, adds }) => [index, adds])).toEqual([
      [1, -0.75],
      [0, 0.5],
    ]);
    expect(rowsFor({ layer, scores: [0.5, 0.25] }, 1)[0]).toMatchObject({ similarity: 0.25, adds: 0.5 });
  });
  it("are looked for in every picture, and in no other network's", async () => {
    const read = vi.fn(() => Promise.resolve({ shape: [1, 1, 1, 2], values: Float32Array.of(0.5, 0.25) }));
    const desk = new PrototypeDesk({ read, onChange: () => {} });
    await desk.see();
    expect(read).not.toHaveBeenCalled();
    desk.declare(layer);
    await desk.see();
    expect(desk.shown?.scores).toEqual([0.5, 0.25]);
    desk.declare(null);
    expect(desk.shown).toBeNull();
  });
});
