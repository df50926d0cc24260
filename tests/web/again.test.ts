import { describe, expect, it, vi } from "vitest";
import { Again, verdict } from "../../web/src/client/again";
import { WhyboxError } from "../../web/src/client/client";
import type { RunsUpdate } from "../../web/src/worker/protocol";
import type { Runs } from "../../wasm/whybox";

const map = { height: 1, width: 1, values: Float32Array.of(0), min: 0, max: 0 };
const runs = (count: number, more: Partial<Runs> = {}): Runs => ({ count, wanted: 5, identical: false, agreement: 0.9, mean: map, spread: map, ...more });
const pixels = (flips: number[]) => ({ mean: [1, 2, 3], spread: [1, 1, 1], positive: [1, 2, 2], negative: [1, 0, 0], flips });

describe("running a question again", () => {
  it("keeps what is known so far, and the whole in the end", async () => {
    let tell: (update: RunsUpdate) => void = () => {};
    let end: (runs: Runs) => void = () => {};
    const again = new Again({
      ask: (_count, _signal, onRuns) => ((tell = onRuns), new Promise((resolve) => (end = resolve))),
      onChange: () => {},
      onFailure: () => {},
    });
    const done = again.start(5);
    expect(again.running?.progress).toBe(0);
    tell({ progress: 0.5, runs: runs(3) });
    expect([again.running?.progress, again.runs?.count]).toEqual([0.5, 3]);
    end(runs(5));
    await done;
    expect([again.running, again.runs?.count]).toEqual([null, 5]);
  });

  it("stops when asked to; what was found stays until another question is asked", async () => {
    const onFailure = vi.fn();
    const again = new Again({
      ask: (_count, signal, onRuns) =>
        new Promise((_resolve, reject) => {
          onRuns({ progress: 0.25, runs: runs(2) });
          signal.addEventListener("abort", () => reject(new WhyboxError("cancelled", "stopped")));
        }),
      onChange: () => {},
      onFailure,
    });
    const done = again.start(5);
    expect(again.stop()).toBe(true);
    await done;
    expect([again.running, again.runs?.count]).toEqual([null, 2]);
    expect(again.stop()).toBe(false);
    again.clear();
    expect(again.runs).toBeNull();
    expect(onFailure).not.toHaveBeenCalled();
  });

  it("tells of a failure", async () => {
    const onFailure = vi.fn();
    await new Again({ ask: () => Promise.reject(new WhyboxError("not_finite", "NaN")), onChange: () => {}, onFailure }).start(3);
    expect(onFailure).toHaveBeenCalledOnce();
  });
});

describe("the verdict", () => {
  it("says when nothing is drawn at random", () => {
    expect(verdict(runs(2, { identical: true, agreement: 1 }), "Occlusion")).toBe(
      "Another seed changes nothing: with these parameters Occlusion draws nothing at random.",
    );
  });

  it("says how far runs agree and how many signs depend on the seed", () => {
    expect(verdict(runs(5, { agreement: 0.42, superpixels: pixels([0]) }), "LIME")).toBe(
      "5 seeds: two runs have little in common (their mean correlation is 0.42). 1 of 3 superpixels change their sign: what they are said to do depends on the seed.",
    );
    expect(verdict(runs(5, { agreement: 0.98, superpixels: pixels([]) }), "LIME")).toBe(
      "5 seeds: two runs say the same (their mean correlation is 0.98). No superpixel changes its sign.",
    );
  });

  it("tells signs that flip near nothing from those that matter", () => {
    const of = (mean: number[], spread: number[], flips: number[]) => verdict(runs(5, { superpixels: { ...pixels(flips), mean, spread } }), "LIME");
    expect(of([0.01, 2, 3], [0.02, 1, 1], [0])).toContain("1 of 3 superpixels change their sign, all of them close to nothing.");
    expect(of([0.01, -2, 3], [0.02, 4, 1], [0, 1])).toContain("2 of 3 superpixels change their sign (1 of them far from nothing): what they");
  });
});
