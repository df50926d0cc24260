import { describe, expect, it } from "vitest";
import { WhyboxError } from "../../web/src/client/client";
import { conservationOf } from "../../web/src/client/conservation";
import { explainedFunction, findingRows } from "../../web/src/client/findings";
import { refusalOf } from "../../web/src/client/inquiry";
import { captionOf, descriptionOf, FIRST_LOOK } from "../../web/src/client/look";
import { remembering } from "../../web/src/client/remember";
import type { Answer } from "../../web/src/client/state";
import { AS_COMPUTED, shownMap } from "../../web/src/paint/display";
import type { Finding, Heatmap, LayerRelevance } from "../../wasm/whybox";
import { fakeMethods, fakeModel } from "./fake-module";

const finding = (id: string, value: number): Finding => ({ id, label: id, value });
const twins = [finding("logit", 4), finding("twin_logit", 3.9), finding("twin_gap", 0.1)];

describe("which function a map explains", () => {
  it("is the twin where a quantised network's method reports both, with how far they are apart", () => {
    expect(explainedFunction(fakeModel, twins)).toBe(
      "The map explains the float twin of this quantised network. The twin says 3.9, the network 4: 0.1 (2.5 %) apart.",
    );
  });
  it("is the quantised network itself where the method asked it, and goes without saying for a float network", () => {
    expect(explainedFunction(fakeModel, [finding("samples", 10)])).toBe("The map explains the quantised network as it runs.");
    expect(explainedFunction({ ...fakeModel, quantized: false }, twins)).toBeNull();
  });
});

describe("gaps", () => {
  it("are set against what they are gaps in, and doubted from a twentieth on", () => {
    const rows = findingRows([...twins, finding("sum", 2), finding("completeness_gap", 0.5)]);
    expect(rows.map(({ note, doubtful }) => [note, doubtful])).toEqual([
      [null, false],
      [null, false],
      ["2.5 % of the network's own", false],
      [null, false],
      ["33.3 % of the difference to explain", true],
    ]);
  });
  it("are no reason to doubt where rules absorb relevance on purpose", () => {
    expect(findingRows([finding("sum", 2), finding("conservation_gap", -2)])[1]).toMatchObject({ note: "50.0 % of the score", doubtful: false });
  });
  it("stand alone where there is nothing to compare them with", () => {
    expect(findingRows([finding("completeness_gap", 0.5)])[0]).toMatchObject({ text: "0.5", note: null, doubtful: false });
    expect(findingRows([finding("logit", 0), finding("twin_gap", 1)])[1]).toMatchObject({ note: null, doubtful: false });
    expect(findingRows([{ ...finding("r2", 0), value: null as unknown as number }])[0]?.text).toBe("unknown");
  });
});

describe("conservation", () => {
  const layer = (relevance: number): LayerRelevance => ({ name: `net/l${relevance}`, op: "conv_2d", rule: "epsilon 0.01", relevance });
  it("sets what arrives below each layer against the twin's score", () => {
    const conservation = conservationOf({ layers: [layer(3.9), layer(3.6), layer(3.61)], findings: twins });
    expect(conservation).toMatchObject({ score: 3.9, arrived: 3.61, zero: 0, full: 1 });
    expect(conservation?.rows.map(({ notable }) => notable)).toEqual([false, true, false]);
    expect(conservation?.rows[1]?.change).toBeCloseTo(-0.3);
    expect(conservation?.rows[1]).toMatchObject({ op: "conv 2d", rule: "epsilon 0.01" });
    expect(conservation?.rows[1]?.share).toBeCloseTo(3.6 / 3.9);
  });
  it("draws from the zero line to either side, whatever the sign of the score", () => {
    const { rows = [], zero, full } = conservationOf({ layers: [layer(-2), layer(2)], findings: [finding("twin_logit", -2)] }) ?? {};
    expect([zero, full]).toEqual([0.5, 0]);
    expect(rows.map(({ bar }) => bar)).toEqual([
      { from: 0, to: 0.5 },
      { from: 0.5, to: 1 },
    ]);
    expect(rows[1]?.share).toBe(-1);
  });
  it("does not divide by a score of nothing, and is nothing for a method without layers", () => {
    expect(conservationOf({ layers: [layer(0)], findings: [] })).toMatchObject({ score: 0, rows: [{ share: null, bar: { from: 0, to: 0 } }] });
    expect(conservationOf({ findings: [] })).toBeNull();
    expect(conservationOf({ layers: [], findings: [] })).toBeNull();
  });
});

describe("a refusal", () => {
  const slow = fakeMethods[1];
  if (slow === undefined) throw new Error("no method");
  const values = { rules: "first=box, conv_2d=gama 1" };
  const about = (text: string) => refusalOf(new WhyboxError("invalid_argument", text), slow, values)?.param;
  it("belongs to the parameter that its sentence names, where the method has it", () => {
    const text = "parameter samples: got 0, wanted 1 to 5000";
    expect(refusalOf(new WhyboxError("out_of_range", text), slow, values)).toEqual({ text, param: "samples" });
    expect(about('rules: got "x", wanted where=rule')).toBe("rules");
    expect(about("parameter other: too much")).toBeNull();
    expect(about("cam: the target is a unit")).toBeNull();
  });
  it("belongs to the line of text that its sentence quotes from", () => {
    expect(about('rule "gama 1": there is none of that name')).toBe("rules");
    expect(about('rule "gamma 1": there is none of that name')).toBeNull();
  });
  it("is none where the failure is not the question's", () => {
    expect(refusalOf(new WhyboxError("out_of_memory", "no room"), slow, values)).toBeNull();
    expect(refusalOf(new Error("bug"), slow, values)).toBeNull();
  });
});

describe("the caption", () => {
  const heatmap: Heatmap = { width: 2, height: 1, values: Float32Array.of(-1, 2), min: -1, max: 2, map: "signed", unit: "", findings: twins };
  const started = { method: "quick", target: { index: 1, label: "yes", probability: 0.75 }, params: {}, seed: "0", map: "signed", unit: "" } as const;
  const answer: Answer = { started, heatmap, progress: 1, superpixels: null, finished: true, milliseconds: 1 };
  const look = { ...FIRST_LOOK, display: { ...AS_COMPUTED, sign: "magnitude" } } as const;
  it("tells the function and every option that is on", () => {
    const caption = captionOf(answer, fakeModel, look, shownMap(heatmap, look.display));
    expect(caption.explained).toContain("float twin");
    expect(caption.display).toEqual(["sizes without signs"]);
  });
  it("goes into a saved picture as one text, which says so where nothing is on", () => {
    const text = (with_: typeof FIRST_LOOK): string => descriptionOf(answer, "Quick look", fakeModel, with_, shownMap(heatmap, with_.display));
    expect(text(look)).toMatch(/^Quick look: Why yes \(75\.0 %\)\? Network: fake\. The map explains the float twin .* Shown: sizes without signs\.$/);
    expect(text(FIRST_LOOK)).toMatch(/Shown as computed\.$/);
  });
});

describe("remembering", () => {
  it("works anew only for other arguments", () => {
    let calls = 0;
    const add = remembering((a: number, b: number) => (calls++, a + b));
    expect([add(1, 2), add(1, 2), add(1, 3), add(1, 2)]).toEqual([3, 3, 4, 3]);
    expect(calls).toBe(3);
  });
});
