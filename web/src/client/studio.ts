/**
 * What the page is doing: one network, one picture, one question, its answer. Components read it and call its actions; it
 * never touches the DOM.
 *
 * @fires change  after any part of the state has changed
 */
import { formatPercent } from "../paint/numbers";
import { bestOnly } from "../paint/superpixels";
import type { EngineInfo, Redrawn } from "../worker/protocol";
import type { Fit, Method, ModelInfo, ParamValue, ParamValues, Prediction, SceneKind } from "../../../wasm/whybox";
import { sceneParamsOf, wishOf } from "./address";
import { Again } from "./again";
import { isCancelled, type WhyboxClient } from "./client";
import { openEngine, pageBase, wantedFrom } from "./engine";
import { fetchBytes, MOST_MODEL_BYTES, nameFromAddress, sortFiles } from "./files";
import { withoutMotions } from "./handles";
import { Inquiry, type Refusal } from "./inquiry";
import { Inside } from "./inside";
import { LiveScene, pictureOf, type SceneWish } from "./live-scene";
import { Pace } from "./pace";
import type { PrototypeLayer } from "./prototypes";
import { Question } from "./question";
import { about, type Answer, type Notice, sentence, type ShownPicture, withNotice } from "./state";
import { OwnSegments } from "./own-segments";
import { fetchShipped, fetchWished, readManifest, sceneFor, type ShippedFiles, type ShippedModel } from "./shipped";
import { type Station, stationKey } from "./stories";
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
    ask: (on) => this.opened.switchSuperpixels(on),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  /** The present question with other seeds. */
  readonly again = new Again({
    ask: (count, signal, onRuns) => this.opened.explainAgain(count, { signal, onRuns }),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  /** Superpixels of the person's own. */
  readonly segments = new OwnSegments({
    client: () => this.client,
    onTaken: (any) => this.segmentsTaken(any),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  private readonly inquiry = new Inquiry({ onChange: () => this.changed(), onFinished: (answer) => this.finished(answer) });
  private readonly live = new LiveScene({
    redraw: (wish) => this.redraw(wish),
    show: (wish, redrawn) => this.showScene(wish, redrawn),
    onRest: () => this.rested(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  readonly inside = new Inside({
    output: (tensor) => this.opened.output(tensor),
    outputMap: (tensor, channel) => this.opened.outputMap(tensor, channel),
    predictWith: (tensor, values) => this.opened.predictWith(tensor, values),
    onChange: () => this.changed(),
    onFailure: (error) => this.tell(sentence(error)),
  });
  /** The scene's parameters as a hand wants them; what is shown may be some milliseconds behind. */
  sceneParams: ParamValues = {};

  private client: WhyboxClient | null = null;
  private sceneSeed = FIRST_SCENE;
  /** What networks said of the scenes one has been to, by station. */
  readonly said = new Map<string, string>();
  /** What an address wished of its first scene. */
  private firstParams: Readonly<Record<string, string>> = {};
  /** The answer to what the picture was before a hand changed it. */
  private former: Answer | null = null;
  private readonly pace = new Pace();
  readonly base = pageBase();
  /** Counts networks and pictures. */
  private revision = 0;
  /** The last action that changes them. */
  private turn: Promise<unknown> = Promise.resolve();

  private get opened(): WhyboxClient {
    if (this.client === null) throw new Error("The engine is not open yet.");
    return this.client;
  }

  get method(): Method | null {
    return this.question.method;
  }
  get params(): Record<string, ParamValue> {
    return this.question.params(this.model);
  }
  get answer(): Answer | null {
    return this.inquiry.answer;
  }
  /** Whether the answer is about a picture that has changed since. */
  get stale(): boolean {
    return this.answer !== null && this.answer === this.former;
  }
  /** Where in a story one is, if in any. */
  get here(): string {
    const { picture, shippedId } = this;
    if (shippedId === null || picture?.scene === undefined) return "";
    return stationKey({ model: shippedId, seed: picture.scene.seed, params: picture.scene.params });
  }
  get sceneKind(): SceneKind | null {
    return this.kindOf(this.picture?.scene?.kind);
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
      this.firstParams = wish.sceneParams;
      const begun = await first;
      if (begun !== null) await this.takeShipped(client, begun.shipped, begun.files);
      this.question.take(wish, this.model);
    });
    this.busy = null;
    this.changed();
    await this.ask();
  }

  private async loadShipped(client: WhyboxClient, shipped: ShippedModel, { file, labels, prototypes }: ShippedFiles): Promise<void> {
    this.meetNetwork(await client.loadModel(file, shipped.name, labels), shipped.id, prototypes);
  }

  private async takeShipped(client: WhyboxClient, shipped: ShippedModel, files: ShippedFiles): Promise<void> {
    await this.loadShipped(client, shipped, files);
    if (shipped.scene === null || (this.picture !== null && this.picture.scene === undefined)) return;
    await this.drawScene(client, this.sceneSeed, this.paramsFor(shipped.scene.kind));
  }

  // ---- The network ---------------------------------------------------------------------------------------------------

  chooseShipped(id: string): Promise<void> {
    const shipped = this.shipped.find((model) => model.id === id);
    if (shipped === undefined) return Promise.resolve();
    return this.during(`Reading ${shipped.name}`, async (client) =>
      this.takeShipped(client, shipped, await fetchShipped(this.base, shipped)),
    );
  }

  /** A network and a scene, chosen together. */
  visit({ model, seed, method, params }: Station): Promise<void> {
    const shipped = this.shipped.find(({ id }) => id === model);
    if (shipped === undefined) return Promise.resolve();
    return this.during(`Reading ${shipped.name}`, async (client) => {
      if (this.shippedId !== model) await this.loadShipped(client, shipped, await fetchShipped(this.base, shipped));
      this.question.method = this.engine?.methods.find(({ id }) => id === method) ?? this.method;
      await this.drawScene(client, seed, params);
    });
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

  private meetNetwork(model: ModelInfo, shippedId: string | null, prototypes: PrototypeLayer | null = null): void {
    this.model = model;
    this.shippedId = shippedId;
    this.passMs = null;
    this.pace.clear();
    this.inside.declare(this.shipped.find(({ id }) => id === shippedId) ?? null, prototypes);
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
    return this.during("Drawing", (client) => {
      const { sceneKind } = this;
      const kept = this.picture?.scene === undefined || sceneKind === null ? {} : withoutMotions(sceneKind, this.sceneParams);
      return this.drawScene(client, seed, kept);
    });
  }

  /** The kind the network was trained on, else the first there is. */
  private async drawScene(client: WhyboxClient, seed: number, params: ParamValues): Promise<void> {
    const wanted = sceneFor(this.shipped, this.shippedId);
    if (wanted === null) throw new Error("No scene can be drawn: no shipped network says which kind.");
    const wish = { ...wanted, seed, params };
    const scene = await client.scene(wish.kind, seed, wish.size, wish.params);
    await client.setImage(scene);
    this.sceneSeed = seed;
    this.meetPicture(pictureOf(wish, scene));
  }

  private kindOf(id: string | undefined): SceneKind | null {
    return this.engine?.sceneKinds.find((kind) => kind.id === id) ?? null;
  }

  /** What a scene for another network begins with: as it was where the kind is the same, else as drawn. */
  private paramsFor(id: string): ParamValues {
    const kind = this.kindOf(id);
    if (this.picture === null && kind !== null) return sceneParamsOf(kind, this.firstParams);
    return this.picture?.scene?.kind === id ? this.sceneParams : {};
  }

  /**
   * Other parameters for the present scene: shown and asked about at once, as often as they come. The target stays.
   * @param held  the hand has not let go
   */
  adjustScene(params: ParamValues, held = false): void {
    const { scene } = this.picture ?? {};
    if (scene === undefined) return;
    this.sceneParams = params;
    const { running } = this;
    if (running !== null && (!this.quick || this.pace.overdue(running.since))) this.inquiry.stop();
    this.live.change({ kind: scene.kind, seed: scene.seed, size: scene.size, params }, held);
    this.changed();
  }

  /** Whether the present method follows a hand while it moves. */
  private get quick(): boolean {
    return this.eager && this.method !== null && this.pace.keepsUp(this.method.id);
  }

  private async redraw({ kind, seed, size, params }: SceneWish): Promise<Redrawn | null> {
    await this.turn;
    const { client, picture } = this;
    const here = picture?.scene?.kind === kind && picture.scene.seed === seed;
    return client === null || !here ? null : client.redraw(kind, seed, size, params);
  }

  private async showScene(wish: SceneWish, { scene, prediction }: Redrawn): Promise<void> {
    this.picture = pictureOf(wish, scene);
    this.segments.forget();
    this.again.clear();
    this.prediction = prediction;
    this.board.clear();
    const { quick } = this; // as it is now: what is computed meanwhile may change it
    if (!quick) this.former = this.answer;
    this.changed();
    await this.inside.see();
    if (quick) await this.explain();
  }

  private rested(): void {
    if (this.eager && (this.stale || this.answer === null)) void this.explain();
  }

  private meetPicture(picture: ShownPicture): void {
    this.picture = picture;
    this.sceneParams = picture.scene?.params ?? {};
    this.live.forget();
    this.segments.forget();
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
    if (this.method !== null) this.pace.forget(this.method.id);
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

  /** Segments are made to be used; without them "own" has no meaning. */
  private segmentsTaken(any: boolean): void {
    const { method } = this;
    const param = method?.params.find(({ id }) => id === "segmentation");
    if (param === undefined) return this.changed();
    if (any || this.params["segmentation"] === "own") this.question.setParam("segmentation", any ? "own" : param.default, this.model);
    this.questionChanged(true);
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
    this.again.clear();
    await this.attempt(async () => {
      this.prediction = await client.predict();
      const best = this.prediction.top[0];
      if (best !== undefined) this.said.set(this.here, `${best.label} ${formatPercent(best.probability).replace(" ", "\u00a0")}`);
      await this.inside.see();
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
    this.again.clear();
    await this.attempt(() => this.inquiry.run(client, method, question.asked(method, model)));
  }

  private finished(answer: Answer): void {
    if (answer.milliseconds !== null) this.pace.note(answer.started.method, answer.milliseconds);
    this.beginSwitching(answer);
  }

  private beginSwitching({ superpixels }: Answer): void {
    if (superpixels !== null) this.board.begin(superpixels.count);
  }

  /** Stops what runs; what was found so far stays and can be played with. */
  cancel(): void {
    this.again.stop();
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
