/**
 * What the page is doing: one network, one picture, one question, its answer. Components read it and call its actions; it
 * never touches the DOM.
 *
 * @fires change  after any part of the state has changed
 */
import { bestOnly } from "../paint/superpixels";
import type { EngineInfo, Outcome, Update } from "../worker/protocol";
import type { Fit, Method, ModelInfo, ParamValue, Prediction } from "../../../wasm/whybox";
import { isCancelled, type WhyboxClient } from "./client";
import { complaint, defaultsOf, validValues } from "./controls";
import { openEngine, pageBase, wantedFrom } from "./engine";
import { fetchBytes, MOST_MODEL_BYTES, nameFromAddress, sortFiles } from "./files";
import { about, type Answer, type Notice, sentence, type ShownPicture } from "./state";
import { fetchShipped, readManifest, type ShippedModel } from "./shipped";
import { Switchboard, type Switches } from "./switchboard";

/** Longer side of a picture on the page; larger ones are shrunk before the network sees them. */
export const LONGEST_SIDE = 1600;

/** A scene with little in it, and the thing that decides among it: easy to read at first sight. */
const FIRST_SCENE = 7;

export class Studio extends EventTarget {
  engine: EngineInfo | null = null;
  shipped: readonly ShippedModel[] = [];
  model: ModelInfo | null = null;
  shippedId: string | null = null;
  picture: ShownPicture | null = null;
  fit: Fit = "stretch";
  prediction: Prediction | null = null;
  /** Of one forward pass, once it has been timed with everything warm. */
  passMs: number | null = null;
  /** null: whatever class is the most probable. */
  target: number | null = null;
  method: Method | null = null;
  seed = 0;
  /** Begin anew as soon as anything of the question changes. */
  eager = true;
  running: { readonly since: number; readonly progress: number } | null = null;
  answer: Answer | null = null;
  notices: readonly Notice[] = [];
  /** Something is being fetched or read. */
  busy: string | null = "Starting the engine";

  /** On and off of the present answer's superpixels. */
  readonly board = new Switchboard({
    ask: (on) => this.client?.switchSuperpixels(on) ?? Promise.reject(new Error("The engine is not open yet.")),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });

  private client: WhyboxClient | null = null;
  private readonly values = new Map<string, Record<string, ParamValue>>();
  private stopRunning: AbortController | null = null;
  private sceneSeed = FIRST_SCENE;
  private noticeId = 0;
  private readonly base = pageBase();
  /** Counts networks and pictures. */
  private revision = 0;

  // ---- Start ---------------------------------------------------------------------------------------------------------

  /** Engine and network are fetched side by side; the first answer needs no click. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      const manifest = readManifest(this.base);
      const first = manifest.then(([model]) => (model === undefined ? null : fetchShipped(this.base, model)));
      first.catch(() => {});
      const { client, engine } = await openEngine(wantedFrom(location.search));
      this.client = client;
      client.addEventListener("restarted", (event) => this.tell((event as CustomEvent<string>).detail));
      this.engine = engine;
      this.method = engine.methods[0] ?? null;
      this.shipped = await manifest;
      const [shipped] = this.shipped;
      const files = await first;
      if (shipped !== undefined && files !== null) await this.takeShipped(client, shipped, files);
    });
    this.busy = null;
    this.changed();
    await this.ask();
  }

  private async takeShipped(client: WhyboxClient, shipped: ShippedModel, files: { file: Uint8Array; labels: string }): Promise<void> {
    this.model = await client.loadModel(files.file, shipped.name, files.labels);
    this.shippedId = shipped.id;
    this.passMs = null;
    this.questionIsNew();
    if (shipped.scene !== null && (this.picture === null || this.picture.scene !== undefined)) await this.drawScene(client, this.sceneSeed);
  }

  // ---- The network ---------------------------------------------------------------------------------------------------

  chooseShipped(id: string): Promise<void> {
    const shipped = this.shipped.find((model) => model.id === id);
    if (shipped === undefined) return Promise.resolve();
    return this.during(`Reading ${shipped.name}`, async (client) =>
      this.takeShipped(client, shipped, await fetchShipped(this.base, shipped)),
    );
  }

  chooseModelAddress(address: string): Promise<void> {
    return this.during(`Fetching ${nameFromAddress(address)}`, async (client) =>
      this.takeModel(client, await fetchBytes(address), nameFromAddress(address), ""),
    );
  }

  private async takeModel(client: WhyboxClient, file: Uint8Array, name: string, labels: string): Promise<void> {
    if (file.byteLength > MOST_MODEL_BYTES) throw new Error(`${name} is too large: ${file.byteLength} bytes, at most ${MOST_MODEL_BYTES}.`);
    this.model = await about(name, client.loadModel(file, name, labels));
    this.shippedId = null;
    this.passMs = null;
    this.questionIsNew();
  }

  setNormalization(mean: readonly number[], std: readonly number[]): Promise<void> {
    return this.during("Predicting", async (client) => {
      this.model = await client.setNormalization(mean, std);
    });
  }

  // ---- The picture ---------------------------------------------------------------------------------------------------

  /** Files of any role, however they came: model first, so that the picture meets the new network. */
  takeFiles(files: Iterable<File>): Promise<void> {
    return this.during("Reading", async (client) => {
      const { model, labels, image, unknown } = await sortFiles(files);
      const text = labels === undefined ? "" : await labels.text();
      for (const file of unknown) this.tell(`${file.name} is neither a network (.tflite, .zip), a picture nor a label file (.txt).`);
      if (model !== undefined) await this.takeModel(client, new Uint8Array(await model.arrayBuffer()), model.name, text);
      else if (labels !== undefined) this.model = await client.setLabels(text);
      if (image !== undefined) await this.takePhoto(client, image, image.name);
    });
  }

  takeSnapshot(blob: Blob): Promise<void> {
    return this.during("Reading", (client) => this.takePhoto(client, blob, "camera picture"));
  }

  private async takePhoto(client: WhyboxClient, blob: Blob, name: string): Promise<void> {
    const photo = await client.decodeImage(blob, LONGEST_SIDE);
    this.picture = { ...photo, name };
    this.questionIsNew();
  }

  newScene(seed = this.sceneSeed + 1): Promise<void> {
    return this.during("Drawing", (client) => this.drawScene(client, seed));
  }

  /** The kind the network was trained on, else the first there is. */
  private async drawScene(client: WhyboxClient, seed: number): Promise<void> {
    const trained = this.shipped.find((model) => model.id === this.shippedId)?.scene;
    const any = this.shipped.find((model) => model.scene !== null)?.scene;
    const wanted = trained ?? any;
    if (wanted == null) throw new Error("No scene can be drawn: no shipped network says which kind.");
    const { kind, size } = wanted;
    const scene = await client.scene(kind, seed, size);
    await client.setImage(scene);
    this.sceneSeed = seed;
    this.questionIsNew();
    this.picture = { ...scene, name: `scene ${seed}`, scene: { kind, seed, className: scene.class_name, truth: scene.truth } };
  }

  setFit(fit: Fit): Promise<void> {
    return this.during("Predicting", async (client) => {
      await client.setFit(fit);
      this.fit = fit;
    });
  }

  // ---- The question --------------------------------------------------------------------------------------------------

  /** All parameters of the present method. */
  get params(): Record<string, ParamValue> {
    if (this.method === null) return {};
    return validValues(this.method, this.values.get(this.method.id) ?? {}, this.model);
  }

  chooseMethod(id: string): void {
    this.method = this.engine?.methods.find((method) => method.id === id) ?? this.method;
    this.questionChanged();
  }

  setParam(id: string, value: ParamValue): void {
    const param = this.method?.params.find((candidate) => candidate.id === id);
    if (this.method === null || param === undefined) return;
    this.values.set(this.method.id, { ...this.params, [id]: value });
    if (complaint(param, value) === null) this.questionChanged();
    else this.changed();
  }

  resetParams(): void {
    if (this.method !== null) this.values.set(this.method.id, defaultsOf(this.method));
    this.questionChanged();
  }

  setSeed(seed: number): void {
    this.seed = seed;
    this.questionChanged();
  }

  chooseTarget(index: number | null): void {
    this.target = index;
    this.questionChanged(true);
  }

  setEager(eager: boolean): void {
    this.eager = eager;
    this.changed();
  }

  private questionChanged(always = false): void {
    this.changed();
    if (this.eager || always) void this.explain();
  }

  /** Predicts, then explains if eager. What cannot be answered any more is taken away. */
  private async ask(): Promise<void> {
    const { client, model, picture } = this;
    if (client === null || model === null || picture === null) return;
    this.stop();
    this.answer = null;
    this.board.clear();
    await this.attempt(async () => {
      this.prediction = await client.predict();
    });
    this.changed();
    if (this.eager) await this.explain();
    await this.timePass(client);
  }

  /** The first pass also sizes buffers; a later one tells what a pass costs. */
  private async timePass(client: WhyboxClient): Promise<void> {
    if (this.passMs !== null || this.running !== null) return;
    await this.attempt(async () => {
      this.passMs = (await client.predict()).forward_ms;
    });
    this.changed();
  }

  // ---- The answer ----------------------------------------------------------------------------------------------------

  async explain(): Promise<void> {
    const { client, method, model, picture } = this;
    if (client === null || method === null || model === null || picture === null) return;
    const wrong = method.params.map((param) => complaint(param, this.params[param.id] ?? param.default)).find((text) => text !== null);
    if (wrong !== undefined && wrong !== null) return this.tell(wrong);
    this.stop();
    const stopper = new AbortController();
    this.stopRunning = stopper;
    this.running = { since: performance.now(), progress: 0 };
    this.board.clear();
    this.changed();
    await this.attempt(async () => {
      const question = { method: method.id, target: this.target ?? -1, params: this.params, seed: this.seed };
      const onUpdate = (update: Update): void => {
        if (this.stopRunning === stopper || this.stopRunning === null) this.take(update, false);
      };
      const outcome = await client.explain(question, { signal: stopper.signal, onUpdate });
      if (this.stopRunning === stopper) this.take(outcome, true, outcome);
    });
    if (this.stopRunning === stopper) this.ended();
  }

  private take(update: Update, finished: boolean, outcome?: Outcome): void {
    this.answer = { ...update, finished, milliseconds: outcome?.milliseconds ?? null };
    if (this.running !== null) this.running = { ...this.running, progress: update.progress };
    if (finished && update.superpixels !== null) this.board.begin(update.superpixels.count);
    this.changed();
  }

  private ended(): void {
    this.stopRunning = null;
    this.running = null;
    this.changed();
  }

  /** Stops the explanation that runs; what was found so far stays and can be played with. */
  cancel(): void {
    if (this.running === null) return;
    this.stop();
    const count = this.answer?.superpixels?.count;
    if (count !== undefined) this.board.begin(count);
  }

  private stop(): void {
    this.stopRunning?.abort();
    if (this.stopRunning !== null) this.ended();
  }

  get switches(): Switches | null {
    return this.board.switches;
  }

  keepBest(count: number): void {
    const weights = this.answer?.superpixels?.weights;
    if (this.switches !== null && weights !== undefined) void this.board.set(bestOnly(weights, count));
  }

  // ---- Plumbing ------------------------------------------------------------------------------------------------------

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.changed();
  }

  tell(text: string): void {
    const others = this.notices.filter((notice) => notice.text !== text);
    this.notices = [...others.slice(-2), { id: ++this.noticeId, text }];
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Runs an action; a failure becomes a sentence on the page, and the work stays. */
  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      if (!isCancelled(error)) this.tell(sentence(error));
      return false;
    }
  }

  /** An action that changes network or picture: asks anew when it went well, leaves all as it was when not. */
  private async during(what: string, action: (client: WhyboxClient) => Promise<void>): Promise<void> {
    const { client, revision } = this;
    if (client === null) return;
    this.busy = what;
    this.changed();
    const fine = await this.attempt(() => action(client));
    this.busy = null;
    this.changed();
    // An action may fail half-way: the network was read, the picture dropped with it was not.
    if (fine || revision !== this.revision) await this.ask();
  }

  private questionIsNew(): void {
    this.target = null;
    this.revision++;
  }
}
