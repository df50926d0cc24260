import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, CallName, Calls, Outcome } from "../../web/src/worker/protocol";
import { fakeModule } from "./fake-module";

vi.mock("../../web/src/worker/runtime", async (original) => ({
  ...(await original<typeof import("../../web/src/worker/runtime")>()),
  loadModule: () => Promise.resolve(fakeModule),
}));

/** The worker's global scope, with its messages kept. */
const scope = {
  answers: [] as Answer[],
  onmessage: null as ((event: { data: unknown }) => void) | null,
  postMessage: (answer: Answer): void => void scope.answers.push(answer),
};
vi.stubGlobal("self", scope);

let id = 0;
const send = <K extends CallName>(call: K, args: Calls[K]["takes"]): number => {
  scope.onmessage?.({ data: { id: ++id, call, args } });
  return id;
};
const finalAnswer = (of: number): Promise<Answer> =>
  vi.waitFor(() => {
    const found = scope.answers.find((answer) => answer.id === of && answer.kind !== "update" && answer.kind !== "runs");
    if (found === undefined) throw new Error("not yet");
    return found;
  }, 5000);
const updatesOf = (of: number): Answer[] => scope.answers.filter((answer) => answer.id === of && answer.kind === "update");
const slow = (samples: number) => ({ method: "slow", target: -1, params: { samples }, seed: 0 });

beforeEach(async () => {
  vi.resetModules();
  scope.answers = [];
  await import("../../web/src/worker/worker");
  await finalAnswer(send("open", { base: "http://localhost/", variant: "wasm-simd", threads: 1 }));
});

describe("the worker", () => {
  it("tells the registry when it opens", () => {
    const [opened] = scope.answers;
    expect(opened).toMatchObject({ kind: "value", value: { variant: "wasm-simd", methods: [{ id: "quick" }, { id: "slow" }] } });
  });

  it("tells how much memory the module holds", async () => {
    expect(await finalAnswer(send("memory", {}))).toMatchObject({ kind: "value", value: 32e6 });
  });

  it("answers a failed call with the core's code and sentence, and goes on", async () => {
    const failed = await finalAnswer(send("load_model", { file: new Uint8Array(), name: "x", labels: "" }));
    expect(failed).toMatchObject({ kind: "failure", code: "bad_model", message: "the file is empty" });
    expect(await finalAnswer(send("predict", { top: 5 }))).toMatchObject({ kind: "value" });
  });

  it("reports a trap as a crash", async () => {
    const crashed = await finalAnswer(send("load_model", { file: Uint8Array.of(0xff), name: "x", labels: "" }));
    expect(crashed).toMatchObject({ kind: "failure", code: "crashed" });
  });

  it("refines a long explanation with some ten updates a second, progress growing, then the whole", async () => {
    const begin = performance.now();
    const question = send("explain", slow(200));
    const answer = await finalAnswer(question);
    const elapsed = performance.now() - begin;
    const outcome = (answer as { value: Outcome }).value;
    expect(outcome.progress).toBe(1);
    expect(outcome.superpixels?.count).toBe(4);
    // 200 steps of at least 2 ms, at most one update each 100 ms: some four, never one per step, however busy the machine.
    const progress = updatesOf(question).map((update) => (update.kind === "update" ? update.update.progress : 0));
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.length).toBeLessThanOrEqual(elapsed / 100);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it("lets other calls in while an explanation runs", async () => {
    const question = send("explain", slow(300));
    expect(await finalAnswer(send("predict", { top: 1 }))).toMatchObject({ kind: "value" });
    expect(scope.answers.some((answer) => answer.id === question && answer.kind === "value")).toBe(false);
    scope.onmessage?.({ data: { id: question, call: "cancel" } });
    await finalAnswer(question);
  });

  it("stops when asked, with what it has so far sent before", async () => {
    const question = send("explain", slow(5000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    scope.onmessage?.({ data: { id: question, call: "cancel" } });
    expect(await finalAnswer(question)).toMatchObject({ kind: "failure", code: "cancelled" });
    expect(updatesOf(question).length).toBeGreaterThan(0);
  });

  it("gives up an explanation whose picture has changed", async () => {
    const question = send("explain", slow(5000));
    send("set_image", { picture: { width: 2, height: 2, rgba: new Uint8ClampedArray(16) } });
    expect(await finalAnswer(question)).toMatchObject({ kind: "failure", code: "cancelled" });
  });

  it("keeps an explanation going when a new network cannot be read", async () => {
    const question = send("explain", slow(60));
    send("load_model", { file: new Uint8Array(), name: "x", labels: "" });
    expect(await finalAnswer(question)).toMatchObject({ kind: "value" });
  });

  it("answers switches with the network's word, the surrogate's word and the picture", async () => {
    await finalAnswer(send("explain", slow(1)));
    const answer = await finalAnswer(send("switch_superpixels", { on: Uint8Array.of(1, 0, 0, 1) }));
    const { surrogate, picture } = (answer as { value: Calls["switch_superpixels"]["gives"] }).value;
    // 0.25 + 0.1 - 0.1, in float32 weights.
    expect(surrogate).toBeCloseTo(0.25, 6);
    expect(picture.width).toBe(8);
  });

  it("runs a question again with other seeds, telling what is known so far", async () => {
    await finalAnswer(send("explain", slow(2)));
    const id = send("explain_again", { count: 12 });
    const answer = await finalAnswer(id);
    expect(answer).toMatchObject({ kind: "value", value: { count: 12, wanted: 12, superpixels: { flips: [0] } } });
    const updates = scope.answers.filter((each) => each.id === id && each.kind === "runs");
    expect(updates.length).toBeGreaterThan(0);
  });

  it("stops runs when asked to, and answers other calls afterwards", async () => {
    await finalAnswer(send("explain", slow(2)));
    const id = send("explain_again", { count: 100 });
    await vi.waitFor(() => expect(scope.answers.some((each) => each.id === id && each.kind === "runs")).toBe(true), 5000);
    scope.onmessage?.({ data: { id, call: "cancel" } });
    expect(await finalAnswer(id)).toMatchObject({ kind: "failure", code: "cancelled" });
    expect(await finalAnswer(send("predict", { top: 5 }))).toMatchObject({ kind: "value" });
  });

  it("takes segments, refuses those that are none, and drops them", async () => {
    const picture = (reds: number[]) => ({ width: reds.length, height: 1, rgba: Uint8ClampedArray.from(reds.flatMap((red) => [red, 0, 0, 255])) });
    expect(await finalAnswer(send("set_segments", { picture: picture([1, 2, 1]) }))).toMatchObject({ kind: "value", value: 2 });
    expect(await finalAnswer(send("set_segments", { picture: picture([3, 3, 3]) }))).toMatchObject({ kind: "failure", code: "invalid_argument" });
    expect(await finalAnswer(send("set_segments", { picture: null }))).toMatchObject({ kind: "value", value: 0 });
  });
});
