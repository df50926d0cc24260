import { describe, expect, it } from "vitest";
import { paramValue, studioLink, wishOf } from "../../web/src/client/address";
import { layerOptions, unitLayerOptions } from "../../web/src/client/controls";
import { Question } from "../../web/src/client/question";
import {
  type ClassChoice,
  extentOf,
  firstUnit,
  isIn,
  MOST_PROBABLE,
  movedTo,
  questionParts,
  targetName,
  targetOf,
  textOfParts,
  type UnitChoice,
} from "../../web/src/client/target";
import type { Layer } from "../../wasm/whybox";
import { fakeMethods, fakeModel } from "./fake-module";

const [early, late, dense] = fakeModel.layers as [Layer, Layer, Layer];
const unit: UnitChoice = { kind: "unit", layer: "early", channel: 3, at: null };
const classes = (index: number | null, versus: number | null): ClassChoice => ({ kind: "class", index, versus });
const words = (target: Parameters<typeof questionParts>[0]): string => textOfParts(questionParts(target, fakeModel));

describe("what the core is asked", () => {
  it("is an index, -1 for the most probable", () => {
    expect(targetOf(MOST_PROBABLE)).toBe(-1);
    expect(targetOf(classes(4, null))).toBe(4);
  });
  it("is a class against another", () => {
    expect(targetOf(classes(null, 2))).toEqual({ class: -1, versus: 2 });
    expect(targetOf(classes(1, 0))).toEqual({ class: 1, versus: 0 });
  });
  it("is a unit, at its strongest place unless one is named", () => {
    expect(targetOf(unit)).toEqual({ layer: "early", channel: 3 });
    expect(targetOf({ ...unit, at: { row: 1, column: 2 } })).toEqual({ layer: "early", channel: 3, row: 1, column: 2 });
  });
});

describe("a unit", () => {
  it("begins in the layer that methods look at", () => {
    expect(firstUnit(fakeModel)).toEqual({ kind: "unit", layer: "late", channel: 0, at: null });
    expect(firstUnit({ ...fakeModel, default_layer: null })).toMatchObject({ layer: "dense" });
    expect(firstUnit({ ...fakeModel, layers: [], default_layer: null })).toBeNull();
  });
  it("has as many rows, columns and channels as its layer", () => {
    expect(extentOf(early)).toEqual({ rows: 4, columns: 4, channels: 8 });
    expect(extentOf(dense)).toEqual({ rows: 1, columns: 1, channels: 2 });
  });
  it("keeps its channel in another layer as far as that has one", () => {
    expect(movedTo(late, { ...unit, channel: 7 })).toEqual({ kind: "unit", layer: "late", channel: 7, at: null });
    expect(movedTo(dense, { ...unit, channel: 7 })).toMatchObject({ channel: 1 });
  });
  it("is in a network that has its layer, channel and place", () => {
    expect(isIn(fakeModel, unit)).toBe(true);
    expect(isIn(fakeModel, { ...unit, channel: 8 })).toBe(false);
    expect(isIn(fakeModel, { ...unit, at: { row: 0, column: 4 } })).toBe(false);
    expect(isIn(fakeModel, { ...unit, layer: "other" })).toBe(false);
    expect(isIn(fakeModel, classes(2, null))).toBe(false);
    expect(isIn(fakeModel, classes(1, 0))).toBe(true);
  });
});

describe("what is explained, in words", () => {
  const cat = { index: 1, label: "cat", probability: 0.8 };
  const dog = { index: 2, label: "dog", probability: 0.15 };
  it("names a class, and the class it is set against", () => {
    expect(words(cat)).toBe("Why cat (80.0 %)?");
    expect(words({ ...cat, versus: dog })).toBe("Why cat (80.0 %) rather than dog (15.0 %)?");
    expect(targetName({ ...cat, versus: dog })).toBe("cat rather than dog");
  });
  it("names a unit by channel, layer and place, and no place where the layer has but one", () => {
    expect(words({ layer: "early", channel: 3, row: 1, column: 2 })).toBe("What drives channel 3 of early at row 1, column 2?");
    expect(words({ layer: "dense", channel: 1, row: 0, column: 0 })).toBe("What drives channel 1 of dense?");
    expect(targetName({ layer: "net/early", channel: 3, row: 1, column: 2 })).toBe("net/early 3");
  });
});

describe("layers to choose from", () => {
  it("for a unit are all, with shape and operator", () => {
    expect(unitLayerOptions(fakeModel).map(({ text }) => text)).toEqual(["2 · fully connected · dense", "2×2×16 · conv 2d · late", "4×4×8 · conv 2d · early"]);
  });
  it("for a method that explains a unit are those before it, and none is called the network's default", () => {
    const options = layerOptions(fakeModel, { ...unit, layer: "late" });
    expect(options.map(({ value }) => value)).toEqual(["", "early"]);
    expect(options[0]?.text).toBe("default: the last one before the unit");
  });
});

describe("the question", () => {
  const [quick, slow] = fakeMethods as [(typeof fakeMethods)[number], (typeof fakeMethods)[number]];
  it("drops the class with the picture and keeps the unit, which is the network's own", () => {
    const question = new Question();
    question.choice = classes(1, 0);
    question.meetPicture();
    expect(question.choice).toEqual(MOST_PROBABLE);
    question.choice = unit;
    question.meetPicture();
    expect(question.choice).toBe(unit);
    question.meetNetwork();
    expect(question.choice).toEqual(MOST_PROBABLE);
  });
  it("comes back to a method's parameters as they were left", () => {
    const question = new Question();
    question.method = slow;
    expect(question.setParam("samples", 9, fakeModel)).toBe(true);
    expect(question.setParam("samples", 0, fakeModel)).toBe(false);
    expect(question.complaint(fakeModel)).toContain("Samples");
    question.setParam("samples", 12, fakeModel);
    question.method = quick;
    question.method = slow;
    expect(question.asked(slow, fakeModel)).toMatchObject({ target: -1, params: { samples: 12 }, seed: 0 });
    question.resetParams();
    expect(question.params(fakeModel)).toMatchObject({ samples: 50 });
  });
  it("takes a layer behind the unit back to the default", () => {
    const question = new Question();
    question.method = quick;
    question.setParam("layer", "late", fakeModel);
    expect(question.params(fakeModel)).toEqual({ layer: "late" });
    question.choice = { ...unit, layer: "late" };
    expect(question.params(fakeModel)).toEqual({ layer: "" });
  });
  it("takes from an address what the network and the method have", () => {
    const question = new Question();
    question.method = slow;
    question.take(wishOf("?seed=5&layer=early&channel=2&row=1&column=3&p.samples=70&p.exact=true&p.nonsense=1"), fakeModel);
    expect(question.asked(slow, fakeModel)).toEqual({
      method: "slow",
      target: { layer: "early", channel: 2, row: 1, column: 3 },
      params: { samples: 70, width: 0.25, fill: "mean", exact: true, rules: "" },
      seed: 5,
    });
    question.take(wishOf("?layer=nowhere&channel=2"), fakeModel);
    expect(question.choice).toMatchObject({ layer: "early" });
  });
});

describe("addresses", () => {
  it("ask for network, scene, method and classes, and leave alone what they name badly", () => {
    expect(wishOf("?model=t/int8&scene=9&method=m&class=3&versus=1")).toMatchObject({ model: "t/int8", scene: 9, method: "m", choice: classes(3, 1) });
    expect(wishOf("?scene=-1&class=x&seed=1.5")).toMatchObject({ scene: null, seed: null, choice: MOST_PROBABLE });
  });
  it("are written so that they are read back, and pass on which engine was asked for", () => {
    const link = studioLink({ model: "t/int8", scene: 7, method: "grad-cam" }, "?seed=7&variant=wasm-simd");
    expect(wishOf(link.slice(link.indexOf("?")))).toMatchObject({ model: "t/int8", scene: 7, method: "grad-cam" });
    expect(link).toContain("variant=wasm-simd");
  });
  it("write a parameter as text, which its kind makes a value of", () => {
    const slow = fakeMethods[1];
    if (slow === undefined) throw new Error("no method");
    expect([paramValue(slow, "width", "0.5"), paramValue(slow, "fill", "grey"), paramValue(slow, "none", "1")]).toEqual([0.5, "grey", undefined]);
  });
});
