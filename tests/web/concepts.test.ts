import { describe, expect, it, vi } from "vitest";
import { type Concept, ConceptDesk, likeliest, sharesOf, withConcept, withShare } from "../../web/src/client/concepts";
import { OwnMaps } from "../../web/src/client/own-maps";
import { type Manifest, shippedModels } from "../../web/src/client/shipped";
import { paintGate } from "../../web/src/paint/overlay";
import type { PlainMap, Prediction } from "../../wasm/whybox";

const colour: Concept = { id: "colour", name: "Colour", values: ["red", "blue", "white"], first: 0 };
const pot: Concept = { id: "pot", name: "Pot", values: ["round", "square"], first: 3 };
const seen = (): Float32Array => Float32Array.of(0.5, 0.25, 0.25, 1, 0);
const answer = (values: Float32Array): Prediction => ({ forward_ms: 1, top: [{ index: 0, label: "x", probability: values[0] ?? 0, logit: 0 }] });

describe("shares of a concept", () => {
  it("sum to 1 whatever one of them is set to, the others in the proportions they had", () => {
    expect(withShare([0.5, 0.25, 0.25], 0, 0)).toEqual([0, 0.5, 0.5]);
    expect(withShare([0.2, 0.6, 0.2], 1, 0.2)[0]).toBeCloseTo(0.4);
    expect(withShare([0.5, 0.25, 0.25], 2, 1)).toEqual([0, 0, 1]);
  });
  it("are even among the others where these had none", () => {
    expect(withShare([1, 0, 0], 0, 0.5)).toEqual([0.5, 0.25, 0.25]);
    expect(withShare([1], 0, 0.3)).toEqual([1]);
  });
  it("stay between 0 and 1", () => {
    expect(withShare([0.5, 0.5], 0, 7)).toEqual([1, 0]);
    expect(withShare([-0.5, 0.5], 1, -1)).toEqual([1, 0]);
  });
  it("lie where the manifest says", () => {
    expect(sharesOf(pot, seen())).toEqual([1, 0]);
    expect([...withConcept(seen(), pot, [0, 1])]).toEqual([0.5, 0.25, 0.25, 0, 1]);
    expect(likeliest([0.1, 0.7, 0.2])).toBe(1);
  });
});

describe("the concept desk", () => {
  const deskWith = (ask: (tensor: string, values: Float32Array) => Promise<Prediction>) => {
    const onFailure = vi.fn();
    const read = vi.fn(() => Promise.resolve({ shape: [1, 5], values: seen() }));
    const desk = new ConceptDesk({ read, ask, onChange: () => {}, onFailure });
    desk.declare({ tensor: "concepts", concepts: [colour, pot] });
    return { desk, read, onFailure };
  };

  it("asks with what was seen but for what a hand has set, and takes one concept back alone", async () => {
    const asked: number[][] = [];
    const { desk } = deskWith((_, values) => (asked.push([...values]), Promise.resolve(answer(values))));
    await desk.see();
    expect(desk.shown?.prediction).toBeNull();
    desk.set("colour", 1, 1);
    await vi.waitFor(() => expect(desk.shown?.prediction).not.toBeNull());
    desk.set("pot", 1, 1);
    await vi.waitFor(() => expect(asked.at(-1)).toEqual([0, 1, 0, 0, 1]));
    desk.reset("colour");
    await vi.waitFor(() => expect(asked.at(-1)).toEqual([0.5, 0.25, 0.25, 0, 1]));
    expect([...(desk.shown?.byHand ?? [])]).toEqual(["pot"]);
    desk.reset();
    expect(desk.shown?.prediction).toBeNull();
    expect([...(desk.shown?.values ?? [])]).toEqual([...seen()]);
  });
  it("drops the answer to a question about the former picture", async () => {
    let release = (_: Prediction): void => {};
    const { desk } = deskWith(() => new Promise((resolve) => (release = resolve)));
    await desk.see();
    desk.set("colour", 1, 1);
    await desk.see();
    release(answer(seen()));
    await Promise.resolve();
    await Promise.resolve();
    expect(desk.shown?.prediction).toBeNull();
    expect(desk.shown?.byHand.size).toBe(0);
  });
  it("refuses a declaration that its tensor cannot hold", async () => {
    const { desk } = deskWith((_, values) => Promise.resolve(answer(values)));
    desk.declare({ tensor: "concepts", concepts: [{ ...pot, first: 4 }] });
    await expect(desk.see()).rejects.toThrow('"concepts" has 5 values, its concepts want 6');
  });
  it("reads nothing of a network without concepts", async () => {
    const { desk, read } = deskWith((_, values) => Promise.resolve(answer(values)));
    desk.declare(null);
    await desk.see();
    expect(read).not.toHaveBeenCalled();
    expect(desk.shown).toBeNull();
  });
});

describe("maps of a network's own", () => {
  const map = (value: number): PlainMap => ({ width: 1, height: 1, values: Float32Array.of(value), min: value, max: value });
  const place = (channel: number) => ({ tensor: "t", channel, title: `map ${channel}`, unit: "" });

  it("are read when chosen and with every picture, the last choice only", async () => {
    const read = vi.fn((_: string, channel: number) => Promise.resolve(map(channel)));
    const maps = new OwnMaps({ read, onChange: () => {}, onFailure: () => {} });
    maps.declare(place(0));
    expect(read).not.toHaveBeenCalled();
    await maps.see();
    expect(maps.shown).toMatchObject({ title: "map 0" });
    maps.choose(place(1));
    maps.choose(place(2));
    await vi.waitFor(() => expect(maps.shown).toMatchObject({ title: "map 2", map: { max: 2 } }));
    maps.choose(null);
    await maps.see();
    expect(maps.shown).toBeNull();
  });
  it("shut the picture out where they are 0, and open it from the given value on", () => {
    const rgba = paintGate(Float32Array.of(0, 0.5, 1, 2), 1);
    expect([3, 7, 11, 15].map((i) => rgba[i])).toEqual([255, 128, 0, 0]);
  });
});

describe("the manifest", () => {
  const entry: Manifest["models"][number] = {
    id: "m", name: "M", summary: "S.", labels: "l", input: { height: 96, width: 96 }, files: { int8: { file: "f", bytes: 1000, accuracy: 1 } },
  };
  it("says what a network gives besides its classes, if anything", () => {
    expect(shippedModels({ models: [entry] })[0]).toMatchObject({ concepts: null, ownMap: null, prototypes: null });
    const outputs = { c: "concepts", e: "map", s: "similarities" } as const;
    expect(shippedModels({ models: [{ ...entry, outputs, concepts: [colour], prototypes: "m/p.json" }] })[0]).toMatchObject({
      concepts: { tensor: "c", concepts: [colour] },
      ownMap: "e",
      prototypes: { tensor: "s", file: "m/p.json" },
    });
  });
});
