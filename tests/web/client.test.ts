import { describe, expect, it, vi } from "vitest";
import { isCancelled, WhyboxClient, type WorkerLike } from "../../web/src/client/client";
import { Switchboard } from "../../web/src/client/switchboard";
import type { Answer, SwitchedView } from "../../web/src/worker/protocol";

type Sent = { id: number; call: string; args?: unknown };

/** A worker whose answers the test gives by hand. */
class HandWorker implements WorkerLike {
  static all: HandWorker[] = [];
  readonly sent: Sent[] = [];
  onmessage: ((event: MessageEvent<Answer>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  terminated = false;
  /** Calls that are answered at once. */
  constructor(readonly obliging: readonly string[] = ["open", "load_model", "set_image", "set_fit", "set_labels"]) {
    HandWorker.all.push(this);
  }
  postMessage(message: unknown): void {
    const sent = message as Sent;
    this.sent.push(sent);
    if (this.obliging.includes(sent.call)) queueMicrotask(() => this.answer({ id: sent.id, kind: "value", value: null }));
  }
  terminate(): void {
    this.terminated = true;
  }
  answer(answer: Answer): void {
    this.onmessage?.({ data: answer } as MessageEvent<Answer>);
  }
  last(call: string): Sent {
    const found = this.sent.findLast((sent) => sent.call === call);
    if (found === undefined) throw new Error(`${call} was not sent`);
    return found;
  }
}

async function openClient(patienceMs = 20): Promise<WhyboxClient> {
  HandWorker.all = [];
  const makeWorker = (): WorkerLike => new HandWorker();
  return (await WhyboxClient.open({ base: "/", variant: "wasm-simd", threads: 1, makeWorker, patienceMs })).client;
}
const worker = (i: number): HandWorker => {
  const found = HandWorker.all[i];
  if (found === undefined) throw new Error(`no worker ${i}`);
  return found;
};
const question = { method: "m", target: -1, params: {}, seed: 0 };

describe("the client", () => {
  it("rejects with the sentence and code of a failure", async () => {
    const client = await openClient();
    const predicted = client.predict();
    await vi.waitFor(() => worker(0).last("predict"));
    worker(0).answer({ id: worker(0).last("predict").id, kind: "failure", code: "invalid_argument", message: "no picture" });
    await expect(predicted).rejects.toMatchObject({ code: "invalid_argument", message: "no picture" });
  });

  it("sends cancel when its signal aborts, and rejects as cancelled", async () => {
    const client = await openClient();
    const stopper = new AbortController();
    const explained = client.explain(question, { signal: stopper.signal });
    await vi.waitFor(() => worker(0).last("explain"));
    stopper.abort();
    const { id } = worker(0).last("cancel");
    expect(id).toBe(worker(0).last("explain").id);
    worker(0).answer({ id, kind: "failure", code: "cancelled", message: "stopped" });
    const error: unknown = await explained.catch((reason: unknown) => reason);
    expect(isCancelled(error)).toBe(true);
    expect(HandWorker.all).toHaveLength(1);
  });

  it("replaces a worker that does not stop, with network, picture and fit as they were", async () => {
    const client = await openClient(5);
    await client.loadModel(Uint8Array.of(1), "net", "a\nb");
    await client.setImage({ width: 1, height: 1, rgba: new Uint8ClampedArray(4) });
    await client.setFit("letterbox");
    const restarted = new Promise<string>((resolve) =>
      client.addEventListener("restarted", (event) => resolve((event as CustomEvent<string>).detail)),
    );
    const stopper = new AbortController();
    const explained = client.explain(question, { signal: stopper.signal });
    const failed = expect(explained).rejects.toMatchObject({ code: "crashed" });
    await vi.waitFor(() => worker(0).last("explain"));
    stopper.abort();
    await failed;
    expect(await restarted).toContain("was started anew");
    expect(worker(0).terminated).toBe(true);
    expect(worker(1).last("load_model").args).toMatchObject({ name: "net", labels: "a\nb" });
    expect(worker(1).last("set_fit").args).toEqual({ fit: "letterbox" });
    expect(worker(1).last("set_image").args).toMatchObject({ picture: { width: 1 } });
  });

  it("replaces a crashed worker and lets calls made meanwhile wait for the new one", async () => {
    const client = await openClient();
    await client.loadModel(Uint8Array.of(1), "net");
    const predicted = client.predict();
    const failed = expect(predicted).rejects.toMatchObject({ code: "crashed" });
    await vi.waitFor(() => worker(0).last("predict"));
    worker(0).answer({ id: worker(0).last("predict").id, kind: "failure", code: "crashed", message: "unreachable" });
    const again = client.predict();
    await failed;
    await vi.waitFor(() => worker(1).last("predict"));
    worker(1).answer({ id: worker(1).last("predict").id, kind: "value", value: { forward_ms: 1, top: [] } });
    await expect(again).resolves.toMatchObject({ forward_ms: 1 });
  });
});

describe("the switchboard", () => {
  const view = (surrogate: number): SwitchedView => ({
    surrogate,
    probabilities: Float32Array.of(surrogate),
    picture: { width: 1, height: 1, rgba: new Uint8ClampedArray(4) },
  });

  it("asks for the last of several quick switches, never for two at once", async () => {
    const asked: string[] = [];
    let release = (): void => {};
    const ask = async (on: Uint8Array): Promise<SwitchedView> => {
      asked.push(on.join(""));
      await new Promise<void>((resolve) => (release = resolve));
      return view(asked.length);
    };
    const board = new Switchboard({ ask, onChange: () => {}, onFailure: () => {} });
    board.begin(3);
    board.toggle(0);
    board.toggle(1);
    expect(asked).toEqual(["111"]);
    release();
    await vi.waitFor(() => expect(asked).toEqual(["111", "001"]));
    release();
    await vi.waitFor(() => expect(board.switches?.view?.surrogate).toBe(2));
  });

  it("says nothing about a failure once the superpixels are gone", async () => {
    const onFailure = vi.fn();
    const board = new Switchboard({ ask: () => Promise.reject(new Error("gone")), onChange: () => {}, onFailure });
    board.begin(2);
    board.clear();
    await Promise.resolve();
    await Promise.resolve();
    expect(onFailure).not.toHaveBeenCalled();
  });
});
