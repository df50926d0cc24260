/**
 * What the page is doing: one network, one picture, one question, its answer. Components read it and call its actions; it
 * never touches the DOM.
 *
 * @fires change  after any part of the state has changed
 */
import { bestOnly } from "../paint/superpixels";
import type { EngineInfo } from "../worker/protocol";
import type { Fit, Method, ModelInfo, ParamValue, Prediction } from "../../../wasm/whybox";
import { wishOf } from "./address";
import { isCancelled, type WhyboxClient } from "./client";
import { openEngine, pageBase, wantedFrom } from "./engine";
import { fetchBytes, MOST_MODEL_BYTES, nameFromAddress, sortFiles } from "./files";
import { Inquiry, type Refusal } from "./inquiry";
import { Question } from "./question";
import { about, type Answer, type Notice, sentence, type ShownPicture, withNotice } from "./state";
import { fetchShipped, fetchWished, readManifest, sceneFor, type ShippedFiles, type ShippedModel } from "./shipped";
import { Switchboard, type Switches } from "./switchboard";
import type { TargetChoice } from "./target";

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
  /** Begin anew as soon as anything of the question changes. */
  eager = true;
  notices: readonly Notice[] = [];
  /** Something is being fetched or read. */
  busy: string | null = "Starting the engine";

  readonly question = new Question();
  /** On and off of the present answer's superpixels. */
  readonly board = new Switchboard({
    ask: (on) => this.client?.switchSuperpixels(on) ?? Promise.reject(new Error("The engine is not open yet.")),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  private readonly inquiry = new Inquiry({ onChange: () => this.changed(), onFinished: (answer) => this.beginSwitching(answer) });

  private client: WhyboxClient | null = null;
  private sceneSeed = FIRST_SCENE;
  private readonly base = pageBase();
  /** Counts networks and pictures. */
  private revision = 0;
  /** The last action that changes them. */
  private turn: Promise<unknown> = Promise.resolve();

  get method(): Method | null {
    return this.question.method;
  }
  get params(): Record<string, ParamValue> {
    return this.question.params(this.model);
  }
  get answer(): Answer | null {
    return this.inquiry.answer;
  }
  get running(): Inquiry["running"] {
    return this.inquiry.running;
  }
  get refusal(): Refusal | null {
    return this.inquiry.refusal;
  }
  get switches(): Switches | null {
    return this.board.switches;
  }

  // ---- Start ---------------------------------------------------------------------------------------------------------

  /** Engine and network are fetched side by side; the first answer needs no click. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      const wish = wishOf(location.search);
      const manifest = readManifest(this.base);
      const first = manifest.then((models) => fetchWished(this.base, models, wish.model));
      first.catch(() => {});
      const { client, engine } = await openEngine(wantedFrom(location.search));
      this.client = client;
      client.addEventListener("restarted", (event) => this.tell((event as CustomEvent<string>).detail));
      this.engine = engine;
      this.question.method = engine.methods.find(({ id }) => id === wish.method) ?? engine.methods[0] ?? null;
      this.shipped = await manifest;
      this.sceneSeed = wish.scene ?? FIRST_SCENE;
      const begun = await first;
      if (begun !== null) await this.takeShipped(client, begun.shipped, begun.files);
      this.question.take(wish, this.model);
    });
    this.busy = null;
    this.changed();
    await this.ask();
  }

  private async takeShipped(client: WhyboxClient, shipped: ShippedModel, files: ShippedFiles): Promise<void> {
    this.meetNetwork(await client.loadModel(files.file, shipped.name, files.labels), shipped.id);
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
    this.meetNetwork(await about(name, client.loadModel(file, name, labels)), null);
  }

  private meetNetwork(model: ModelInfo, shippedId: string | null): void {
    this.model = model;
    this.shippedId = shippedId;
    this.passMs = null;
    this.question.meetNetwork();
    this.revision++;
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
    this.meetPicture({ ...(await client.decodeImage(blob, LONGEST_SIDE)), name });
  }

  newScene(seed = this.sceneSeed + 1): Promise<void> {
    return this.during("Drawing", (client) => this.drawScene(client, seed));
  }

  /** The kind the network was trained on, else the first there is. */
  private async drawScene(client: WhyboxClient, seed: number): Promise<void> {
    const wanted = sceneFor(this.shipped, this.shippedId);
    if (wanted === null) throw new Error("No scene can be drawn: no shipped network says which kind.");
    const { kind, size } = wanted;
    const scene = await client.scene(kind, seed, size);
    await client.setImage(scene);
    this.sceneSeed = seed;
    this.meetPicture({ ...scene, name: `scene ${seed}`, scene: { kind, seed, className: scene.class_name, truth: scene.truth } });
  }

  private meetPicture(picture: ShownPicture): void {
    this.picture = picture;
    this.question.meetPicture();
    this.revision++;
  }

  setFit(fit: Fit): Promise<void> {
    return this.during("Predicting", async (client) => {
      await client.setFit(fit);
      this.fit = fit;
    });
  }

  // ---- The question --------------------------------------------------------------------------------------------------

  chooseMethod(id: string): void {
    this.question.method = this.engine?.methods.find((method) => method.id === id) ?? this.method;
    this.questionChanged();
  }

  setParam(id: string, value: ParamValue): void {
    if (this.question.setParam(id, value, this.model)) this.questionChanged();
    else this.changed();
  }

  resetParams(): void {
    this.question.resetParams();
    this.questionChanged();
  }

  setSeed(seed: number): void {
    this.question.seed = seed;
    this.questionChanged();
  }

  chooseTarget(choice: TargetChoice): void {
    this.question.choice = choice;
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

  // ---- The answer ----------------------------------------------------------------------------------------------------

  /** Predicts, then explains if eager. What cannot be answered any more is taken away. */
  private async ask(): Promise<void> {
    const { client, model, picture } = this;
    if (client === null || model === null || picture === null) return;
    this.inquiry.clear();
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

  async explain(): Promise<void> {
    const { client, method, model, picture, question } = this;
    if (client === null || method === null || model === null || picture === null) return;
    const wrong = question.complaint(model);
    if (wrong !== null) return this.tell(wrong);
    this.board.clear();
    await this.attempt(() => this.inquiry.run(client, method, question.asked(method, model)));
  }

  private beginSwitching({ superpixels }: Answer): void {
    if (superpixels !== null) this.board.begin(superpixels.count);
  }

  /** Stops the explanation that runs; what was found so far stays and can be played with. */
  cancel(): void {
    if (this.inquiry.stop() && this.answer !== null) this.beginSwitching(this.answer);
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
    this.notices = withNotice(this.notices, text);
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

  /**
   * An action that changes network or picture: asks anew when it went well, leaves all as it was when not. One at a time, in the order
   * they came: labels that follow a network are that network's, however long it takes to read.
   */
  private async during(what: string, action: (client: WhyboxClient) => Promise<void>): Promise<void> {
    const { client } = this;
    if (client === null) return;
    const turn = this.turn.then(async () => {
      const { revision } = this;
      this.busy = what;
      this.changed();
      const fine = await this.attempt(() => action(client));
      this.busy = null;
      this.changed();
      // An action may fail half-way: the network was read, the picture dropped with it was not.
      return fine || revision !== this.revision;
    });
    this.turn = turn;
    if (await turn) await this.ask();
  }
}
