/**
 * Promises over the worker. Every call takes an AbortSignal; a lost module is replaced by a fresh worker that gets the
 * model and the picture again.
 *
 * @fires restarted  after the replacement works (CustomEvent, detail: the sentence that tells why)
 */
import type {
  Answer,
  CallName,
  Calls,
  DrawnScene,
  EngineInfo,
  FailureCode,
  Outcome,
  Photo,
  Question,
  ReadSegments,
  Redrawn,
  Request,
  RunsUpdate,
  SwitchedView,
  Update,
  Variant,
} from "../worker/protocol";
import type { Benchmark, Fit, ModelInfo, Output, ParamValues, Picture, PlainMap, Prediction, Runs } from "../../../wasm/whybox";

export class WhyboxError extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
    this.name = "WhyboxError";
  }
}

export const isCancelled = (error: unknown): boolean =>
  (error instanceof WhyboxError && error.code === "cancelled") ||
  (error instanceof DOMException && error.name === "AbortError");

/** What a Worker must be able to do; tests put a double here. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface ClientOptions {
  readonly base: string;
  readonly variant: Variant;
  readonly threads: number;
  readonly makeWorker: () => WorkerLike;
  /** How long a cancelled step may go on before its worker is replaced. */
  readonly patienceMs?: number;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onUpdate?: ((update: Update) => void) | undefined;
  readonly onRuns?: ((update: RunsUpdate) => void) | undefined;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: (update: Update) => void;
  readonly onRuns?: (update: RunsUpdate) => void;
}

/** What a fresh worker needs to stand where the lost one stood. */
interface Belongings {
  model?: { file: Uint8Array; name: string; labels: string };
  normalization?: { mean: readonly number[]; std: readonly number[] };
  picture?: Picture;
  /** Of that picture. */
  segments?: Picture;
  fit?: Fit;
}

const DEFAULT_PATIENCE_MS = 8000;

export class WhyboxClient extends EventTarget {
  private worker!: WorkerLike;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private belongings: Belongings = {};
  private restarting: Promise<void> | null = null;

  private constructor(private readonly options: ClientOptions) {
    super();
    this.spawn();
  }

  static async open(options: ClientOptions): Promise<{ client: WhyboxClient; engine: EngineInfo }> {
    const client = new WhyboxClient(options);
    const { base, variant, threads } = options;
    return { client, engine: await client.call("open", { base, variant, threads }) };
  }

  /** Ends the worker; calls that wait are refused. */
  close(): void {
    this.worker.terminate();
    this.refuseAll(new WhyboxError("cancelled", "The engine was closed."));
  }

  async loadModel(file: Uint8Array, name: string, labels = "", signal?: AbortSignal): Promise<ModelInfo> {
    const info = await this.call("load_model", { file, name, labels }, { signal });
    this.belongings.model = { file, name, labels };
    delete this.belongings.normalization;
    return info;
  }

  async setLabels(labels: string, signal?: AbortSignal): Promise<ModelInfo> {
    const info = await this.call("set_labels", { labels }, { signal });
    if (this.belongings.model !== undefined) this.belongings.model.labels = labels;
    return info;
  }

  async setNormalization(mean: readonly number[], std: readonly number[], signal?: AbortSignal): Promise<ModelInfo> {
    const info = await this.call("set_normalization", { mean, std }, { signal });
    this.belongings.normalization = { mean, std };
    return info;
  }

  async decodeImage(blob: Blob, longest: number, signal?: AbortSignal): Promise<Photo> {
    const photo = await this.call("decode_image", { blob, longest }, { signal });
    this.belongings.picture = photo;
    delete this.belongings.segments;
    return photo;
  }

  async setImage(picture: Picture, signal?: AbortSignal): Promise<void> {
    const { width, height, rgba } = picture;
    await this.call("set_image", { picture: { width, height, rgba } }, { signal });
    this.belongings.picture = picture;
    delete this.belongings.segments;
  }

  /** Superpixels of the person's own, one colour for each; another picture drops them. @returns how many there are */
  async setSegments(picture: Picture | null, signal?: AbortSignal): Promise<number> {
    const plain = picture === null ? null : { width: picture.width, height: picture.height, rgba: picture.rgba };
    const count = await this.call("set_segments", { picture: plain }, { signal });
    if (plain === null) delete this.belongings.segments;
    else this.belongings.segments = plain;
    return count;
  }

  async decodeSegments(blob: Blob, signal?: AbortSignal): Promise<ReadSegments> {
    const read = await this.call("decode_segments", { blob }, { signal });
    this.belongings.segments = read.picture;
    return read;
  }

  async setFit(fit: Fit, signal?: AbortSignal): Promise<void> {
    await this.call("set_fit", { fit }, { signal });
    this.belongings.fit = fit;
  }

  scene(kind: string, seed: number, size: number, params: ParamValues = {}, signal?: AbortSignal): Promise<DrawnScene> {
    return this.call("scene", { kind, seed, size, params }, { signal });
  }

  /** A scene that becomes the picture, and what the network says of it. */
  async redraw(kind: string, seed: number, size: number, params: ParamValues, signal?: AbortSignal): Promise<Redrawn> {
    const redrawn = await this.call("redraw", { kind, seed, size, params }, { signal });
    this.belongings.picture = redrawn.scene;
    return redrawn;
  }

  /** One of the network's tensors for the present picture. */
  output(name: string, signal?: AbortSignal): Promise<Output> {
    return this.call("output", { name }, { signal });
  }

  /** A channel of one in the picture's shape. */
  outputMap(name: string, channel: number, signal?: AbortSignal): Promise<PlainMap> {
    return this.call("output_map", { name, channel }, { signal });
  }

  /** All classes, the most probable first, with one of the network's tensors set by hand. */
  predictWith(name: string, values: Float32Array, signal?: AbortSignal): Promise<Prediction> {
    return this.call("predict_with", { name, values, top: 0 }, { signal });
  }

  /** All classes, the most probable first. */
  predict(signal?: AbortSignal): Promise<Prediction> {
    return this.call("predict", { top: 0 }, { signal });
  }

  explain(question: Question, options: CallOptions = {}): Promise<Outcome> {
    return this.call("explain", question, options);
  }

  /** The finished explanation's question again with the seeds that follow, `count` in all. */
  explainAgain(count: number, options: CallOptions = {}): Promise<Runs> {
    return this.call("explain_again", { count }, options);
  }

  switchSuperpixels(on: Uint8Array, signal?: AbortSignal): Promise<SwitchedView> {
    return this.call("switch_superpixels", { on }, { signal });
  }

  benchmark(batch: number, repeats: number, signal?: AbortSignal): Promise<Benchmark> {
    return this.call("benchmark", { batch, repeats }, { signal });
  }

  /** What the engine's memory has grown to; it never shrinks. */
  memoryBytes(): Promise<number> {
    return this.call("memory", {});
  }

  /** Requests are copied, not transferred: the page keeps its model and picture for the next worker. */
  private async call<K extends CallName>(call: K, args: Calls[K]["takes"], options: CallOptions = {}): Promise<Calls[K]["gives"]> {
    if (this.restarting !== null) await this.restarting;
    return this.send(call, args, options);
  }

  private send<K extends CallName>(call: K, args: Calls[K]["takes"], options: CallOptions = {}): Promise<Calls[K]["gives"]> {
    const { signal, onUpdate, onRuns } = options;
    signal?.throwIfAborted();
    const id = this.nextId++;
    return new Promise<Calls[K]["gives"]>((resolve, reject) => {
      const onAbort = (): void => this.cancel(id);
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          signal?.removeEventListener("abort", onAbort);
          this.pending.delete(id);
          then(value);
        };
      };
      this.pending.set(id, { resolve: settle(resolve) as Pending["resolve"], reject: settle(reject), onUpdate, onRuns });
      this.worker.postMessage({ id, call, args } as Request, []);
    });
  }

  /** Asks the worker to stop; one that does not listen any more is replaced. */
  private cancel(id: number): void {
    this.worker.postMessage({ id, call: "cancel" } satisfies Request, []);
    setTimeout(() => {
      if (this.pending.has(id)) void this.restart("The engine did not stop when asked to.");
    }, this.options.patienceMs ?? DEFAULT_PATIENCE_MS);
  }

  private spawn(): void {
    const worker = this.options.makeWorker();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => void this.restart(event.message || "The worker could not be started.");
    this.worker = worker;
  }

  private receive(answer: Answer): void {
    const waiting = this.pending.get(answer.id);
    if (waiting === undefined) return;
    switch (answer.kind) {
      case "value":
        return waiting.resolve(answer.value as never);
      case "update":
        return waiting.onUpdate?.(answer.update);
      case "runs":
        return waiting.onRuns?.(answer.update);
      case "failure":
        waiting.reject(new WhyboxError(answer.code, answer.message));
        if (answer.code === "crashed") void this.restart(answer.message);
        return;
    }
  }

  private refuseAll(error: WhyboxError): void {
    for (const waiting of [...this.pending.values()]) waiting.reject(error);
  }

  private restart(reason: string): Promise<void> {
    this.restarting ??= this.replaceWorker(reason).finally(() => (this.restarting = null));
    return this.restarting;
  }

  private async replaceWorker(reason: string): Promise<void> {
    this.worker.terminate();
    this.refuseAll(new WhyboxError("crashed", reason));
    this.spawn();
    const sentence = await this.restore().then(
      () => `The engine stopped unexpectedly (${reason}) and was started anew; your network and picture are still there.`,
      (error: unknown) => `The engine stopped unexpectedly (${reason}) and could not be started anew: ${String(error)}`,
    );
    this.dispatchEvent(new CustomEvent("restarted", { detail: sentence }));
  }

  private async restore(): Promise<void> {
    const { base, variant, threads } = this.options;
    const { model, normalization, picture, segments, fit } = this.belongings;
    await this.send("open", { base, variant, threads });
    if (model !== undefined) await this.send("load_model", model);
    if (normalization !== undefined) await this.send("set_normalization", normalization);
    if (fit !== undefined) await this.send("set_fit", { fit });
    if (picture !== undefined) {
      const { width, height, rgba } = picture;
      await this.send("set_image", { picture: { width, height, rgba } });
    }
    if (segments !== undefined) await this.send("set_segments", { picture: segments });
  }
}

/** The real worker. */
export const makeWorker = (): WorkerLike =>
  new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module", name: "whybox" }) as WorkerLike;
