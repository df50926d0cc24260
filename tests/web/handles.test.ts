import { describe, expect, it, vi } from "vitest";
import { sceneParamsOf, studioLink, wishOf } from "../../web/src/client/address";
import { dragged, handledParams, keyed, lookNames, moved, placedHandles, recoloured, scaled, spoken, turned, valueIn, withoutMotions, withParam } from "../../web/src/client/handles";
import { latestOnly } from "../../web/src/client/latest";
import { LiveScene, type SceneWish } from "../../web/src/client/live-scene";
import { Pace } from "../../web/src/client/pace";
import type { Redrawn } from "../../web/src/worker/protocol";
import type { Param, SceneKind } from "../../wasm/whybox";

const number = (id: string, min: number, max: number, usual: number): Param => ({ id, label: id, help: "", unit: "%", kind: "real", min, max, default: usual });
const kind: SceneKind = {
  id: "plant",
  name: "Plant",
  summary: "",
  classes: ["red", "blue"],
  attributes: [{ id: "colour", name: "Colour", values: ["red", "blue"], speaks_for_class: true }],
  handles: [
    { id: "petals", label: "Petals", x: "x", y: "y", scale: "scale", turn: "turn", choice: "colour" },
    { id: "pot", label: "Pot", x: "x", hue: "pot-hue" },
  ],
  params: [
    number("x", -100, 100, 0),
    number("y", -100, 100, 0),
    number("scale", 25, 250, 100),
    number("turn", -180, 180, 0),
    { id: "colour", label: "Colour", help: "", unit: "", kind: "choice", default: "auto", choices: ["auto", "red", "blue", "white"] },
    number("pot-hue", -180, 180, 0),
    number("grain", 0, 60, 5),
  ],
};
const [petals, pot] = placedHandles(kind, [
  { id: "petals", x: 0.5, y: 0.4, radius: 0.2 },
  { id: "pot", x: 0.5, y: 0.9, radius: 0.1 },
]) as [ReturnType<typeof placedHandles>[number], ReturnType<typeof placedHandles>[number]];

describe("handles", () => {
  it("are those that the scene shows, where it shows them", () => {
    expect(placedHandles(kind, [{ id: "pot", x: 0.1, y: 0.2, radius: 0.3 }])).toEqual([
      { id: "pot", label: "Pot", x: "x", hue: "pot-hue", at: { x: 0.1, y: 0.2 }, radius: 0.3 },
    ]);
  });
  it("move by parts of the side, in steps, and stop at the end of the range", () => {
    expect(moved(kind, {}, petals, 0.1012, -0.2)).toEqual({ x: 10, y: -20 });
    expect(moved(kind, { x: 95 }, petals, 0.5, 0)).toEqual({ x: 100 });
    expect(moved(kind, {}, pot, 0.1, 0.1)).toEqual({ x: 10 });
  });
  it("leave out what is back at its default", () => {
    expect(moved(kind, { x: 10, y: 5 }, petals, -0.1, 0)).toEqual({ y: 5 });
    expect(withParam(kind, { colour: "red" }, "colour", "auto")).toEqual({});
  });
  it("scale by factors and turn round and round", () => {
    expect(scaled(kind, { scale: 200 }, petals, 2)).toEqual({ scale: 250 });
    expect(turned(kind, { turn: 170 }, petals, 20)).toEqual({ turn: -170 });
    expect(scaled(kind, {}, pot, 2)).toEqual({});
  });
  it("take the next look, from what the seed chose where nothing was said, and skip auto", () => {
    expect(recoloured(kind, {}, petals, "blue")).toEqual({ colour: "white" });
    expect(recoloured(kind, { colour: "white" }, petals, "white")).toEqual({ colour: "red" });
    expect(recoloured(kind, { colour: "red" }, petals, "red", true)).toEqual({ colour: "white" });
    expect(recoloured(kind, {}, petals, undefined)).toEqual({ colour: "red" });
    expect(recoloured(kind, { "pot-hue": 150 }, pot, undefined)).toEqual({ "pot-hue": -150 });
  });
  it("turn and scale by their edge, about their middle", () => {
    expect(dragged(kind, {}, petals, "edge", { x: 0.6, y: 0.4 }, { x: 0.5, y: 0.6 })).toEqual({ scale: 200, turn: 90 });
    expect(dragged(kind, {}, petals, "whole", { x: 0.6, y: 0.4 }, { x: 0.5, y: 0.6 })).toEqual({ x: -10, y: 20 });
  });
  it("answer to keys, farther with Shift, and to no others", () => {
    const press = (key: string, shiftKey = false) => keyed(kind, {}, petals, { key, shiftKey }, "red");
    expect(press("ArrowLeft")).toEqual({ x: -1 });
    expect(press("ArrowDown", true)).toEqual({ y: 5 });
    expect(press("+")).toEqual({ scale: 110 });
    expect(press("[")).toEqual({ turn: -10 });
    expect(press("Enter")).toEqual({ colour: "blue" });
    expect(press(" ", true)).toEqual({ colour: "white" });
    expect(press("a")).toBeNull();
  });
  it("say what they are and which keys they know", () => {
    expect(spoken(pot)).toBe("Pot: arrow keys move it, Enter gives it the next colour");
  });
  it("name what a scene shows where its parameters leave it open", () => {
    expect(lookNames(kind, { colour: 1 }, "blue")).toEqual({ colour: "blue", class: "blue" });
  });
});

describe("parameters of a scene", () => {
  it("keep what was chosen for another seed, and drop what moved the former things", () => {
    expect(handledParams(kind).has("pot-hue")).toBe(true);
    expect(withoutMotions(kind, { x: 10, "pot-hue": 30, colour: "red", grain: 9 })).toEqual({ colour: "red", grain: 9 });
  });
  it("come from an address as far as the kind has them and can be drawn with them", () => {
    const { sceneParams } = wishOf("?scene=3&s.x=-12.5&s.colour=white&s.scale=900&s.turn=left&s.mermaid=1&p.x=7");
    expect(sceneParamsOf(kind, sceneParams)).toEqual({ x: -12.5, colour: "white" });
    expect(sceneParamsOf(kind, { colour: "green" })).toEqual({});
  });
  it("go into an address and come back", () => {
    const link = studioLink({ model: "m/int8", scene: 3, method: "lime", sceneParams: { x: 4.5, colour: "red" } });
    expect(sceneParamsOf(kind, wishOf(link.slice(2)).sceneParams)).toEqual({ x: 4.5, colour: "red" });
  });
  it("are their defaults where nothing was said", () => {
    expect(valueIn(kind, { x: 3 }, "x")).toBe(3);
    expect(valueIn(kind, {}, "scale")).toBe(100);
  });
});

describe("work that only counts for the latest", () => {
  it("does one thing at a time and skips what was overtaken", async () => {
    const done: number[] = [];
    let release = (): void => {};
    const work = latestOnly<number>(async (value) => {
      await new Promise<void>((resolve) => (release = resolve));
      done.push(value);
    });
    const all = [work(1), work(2), work(3)];
    release();
    await vi.waitFor(() => expect(done).toEqual([1]));
    release();
    await Promise.all(all);
    expect(done).toEqual([1, 3]);
  });
  it("rejects as the work does, and works again", async () => {
    const work = latestOnly<number>((value) => (value < 0 ? Promise.reject(new Error("no")) : Promise.resolve()));
    await expect(work(-1)).rejects.toThrow("no");
    await expect(work(1)).resolves.toBeUndefined();
  });
});

describe("a live scene", () => {
  const wish = (x: number): SceneWish => ({ kind: "plant", seed: 1, size: 8, params: { x } });

  it("draws the newest state only, and says once when the hand rests", async () => {
    const drawn: unknown[] = [];
    const onRest = vi.fn();
    const redraw = async ({ params }: SceneWish): Promise<Redrawn | null> => {
      drawn.push(params["x"]);
      return null;
    };
    const scene = new LiveScene({ redraw, show: async () => {}, onRest, onFailure: (error) => expect(error).toBeUndefined() });
    for (const x of [1, 2, 3]) scene.change(wish(x), true);
    scene.change(wish(4), false);
    await vi.waitFor(() => expect(onRest).toHaveBeenCalledTimes(1));
    expect(drawn).toEqual([1, 4]);
    scene.change(wish(5), true);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(onRest).toHaveBeenCalledTimes(1);
    scene.change(wish(5), false);
    scene.forget();
  });
  it("hands on what goes wrong", async () => {
    const onFailure = vi.fn();
    const scene = new LiveScene({ redraw: () => Promise.reject(new Error("too small")), show: async () => {}, onRest: () => {}, onFailure });
    scene.change(wish(1), false);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith(new Error("too small")));
  });
});

describe("the pace of methods", () => {
  it("is that of the last answer, the first one on a network being excused for what it builds", () => {
    const pace = new Pace();
    expect(pace.keepsUp("a")).toBe(false);
    pace.note("a", 400);
    expect(pace.keepsUp("a")).toBe(true);
    pace.note("a", 400);
    expect(pace.keepsUp("a")).toBe(false);
    pace.note("a", 50);
    expect(pace.keepsUp("a")).toBe(true);
    pace.note("b", 4000);
    expect(pace.keepsUp("b")).toBe(false);
  });
  it("is unknown once parameters or network have changed", () => {
    const pace = new Pace();
    pace.note("a", 10);
    pace.forget("a");
    expect(pace.keepsUp("a")).toBe(false);
    pace.note("a", 10);
    pace.clear();
    expect(pace.keepsUp("a")).toBe(false);
  });
  it("does not wait for one that has run too long", () => {
    expect(new Pace().overdue(performance.now())).toBe(false);
    expect(new Pace().overdue(performance.now() - 1000)).toBe(true);
  });
});
