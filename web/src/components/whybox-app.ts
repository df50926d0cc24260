/** The page: holds the studio, hands its state down and takes the parts' events. */
import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { Fit, ParamValue, Picture } from "../../../wasm/whybox";
import { studioLink } from "../client/address";
import { cuesOf } from "../client/cues";
import { fileStem, overlayPng, save, settings } from "../client/downloads";
import { type Station, storiesFor } from "../client/stories";
import { Studio } from "../client/studio";
import { targetName, type TargetChoice } from "../client/target";
import { displayTag } from "../paint/display";
import { formatDuration } from "../paint/numbers";
import { shared } from "../styles/shared";
import "./whybox-about";
import "./whybox-again";
import "./whybox-camera";
import "./whybox-classes";
import "./whybox-concepts";
import "./whybox-conservation";
import "./whybox-findings";
import "./whybox-network";
import "./whybox-notices";
import "./whybox-prototypes";
import "./whybox-question";
import "./whybox-scene";
import "./whybox-segments";
import "./whybox-sources";
import "./whybox-stage";
import "./whybox-stories";
import "./whybox-target";
import { appStyles } from "../styles/app";
import type { WhyboxAbout } from "./whybox-about";
import type { WhyboxCamera } from "./whybox-camera";
import type { ConceptChange } from "./whybox-concepts";
import type { SceneChange } from "./whybox-handles";
import type { WhyboxStage } from "./whybox-stage";

/** Set when the first map is on screen: page load to here is what a person waits. */
export const FIRST_HEATMAP = "whybox:first-heatmap";

const detail = <T>(event: Event): T => (event as CustomEvent<T>).detail;

@customElement("whybox-app")
export class WhyboxApp extends LitElement {
  static override styles = [shared, appStyles];

  readonly studio = new Studio();
  @state() private version = 0;
  @state() private dragging = false;
  @query("whybox-camera") private camera!: WhyboxCamera;
  @query("whybox-about") private about!: WhyboxAbout;
  @query("whybox-stage") private stage!: WhyboxStage;
  private readonly listeners = new AbortController();

  constructor() {
    super();
    this.studio.addEventListener("change", () => this.version++);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.listeners;
    window.addEventListener("keydown", this.keyPressed, { signal });
    window.addEventListener("paste", this.pasted, { signal });
    window.addEventListener("dragover", this.draggedOver, { signal });
    window.addEventListener("dragleave", (e) => (this.dragging = e.relatedTarget !== null && this.dragging), { signal });
    window.addEventListener("drop", this.dropped, { signal });
    void this.studio.start();
  }

  override disconnectedCallback(): void {
    this.listeners.abort();
    super.disconnectedCallback();
  }

  private keyPressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.studio.cancel();
  };

  private pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.studio.takeFiles(files);
  };

  private draggedOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dragging = true;
  };

  private dropped = (event: DragEvent): void => {
    this.dragging = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    // A part of the page may have taken them already: a label image is no picture.
    if (files.length === 0 || event.defaultPrevented) return;
    event.preventDefault();
    void this.studio.takeFiles(files);
  };

  private painted = (): void => {
    if (this.studio.answer?.finished !== true || performance.getEntriesByName(FIRST_HEATMAP).length > 0) return;
    requestAnimationFrame(() => performance.mark(FIRST_HEATMAP));
  };

  private visit(station: Station): void {
    this.stage.showOwn(station.own);
    void this.studio.visit(station);
  }

  private target = (event: Event): void => this.studio.chooseTarget(detail<TargetChoice>(event));

  private async save(what: "png" | "json"): Promise<void> {
    const { answer, picture } = this.studio;
    if (answer === null || picture === null) return;
    const { look, shown } = this.stage;
    if (shown === null) return;
    const stem = fileStem(picture.name, answer.started.method, targetName(answer.started.target), displayTag(look.display, answer.heatmap.map));
    try {
      const json = (): Blob => new Blob([JSON.stringify(settings(this.studio, look), null, 2)], { type: "application/json" });
      const png = (): Promise<Blob> => overlayPng(picture, shown, look, this.stage.description);
      save(what === "json" ? json() : await png(), `${stem}.${what}`);
    } catch (error) {
      this.studio.tell(error instanceof Error ? error.message : String(error));
    }
  }

  private engine() {
    const { engine, passMs } = this.studio;
    if (engine === null) return nothing;
    const { threads, build } = engine;
    const speed = passMs === null ? nothing : html`<span class="speed">, ${formatDuration(passMs)} per pass</span>`;
    const simd = build.relaxed_simd ? "relaxed SIMD" : "SIMD";
    return html`<a
      class="pill small number"
      href="bench.html"
      title="whybox ${build.version}: measure how fast it is here"
      data-role="engine"
      data-variant=${engine.variant}
      >${simd}, ${threads} ${threads === 1 ? "thread" : "threads"}${speed}</a
    >`;
  }

  private left() {
    const { studio } = this;
    return html`<div class="column left">
      <whybox-sources
        class="sources"
        .picture=${studio.picture}
        .fit=${studio.fit}
        @files=${(e: Event) => studio.takeFiles(detail<File[]>(e))}
        @scene=${() => studio.newScene()}
        @camera=${() => this.camera.open()}
        @fit=${(e: Event) => studio.setFit(detail<Fit>(e))}
      ></whybox-sources>
      <whybox-stories
        class="stories"
        .stories=${storiesFor(studio.shipped)}
        .here=${studio.here}
        .said=${new Map(studio.said)}
        @visit=${(e: Event) => this.visit(detail<Station>(e))}
      ></whybox-stories>
      ${this.scene()}
      <whybox-network
        class="network"
        .model=${studio.model}
        .shipped=${studio.shipped}
        .shippedId=${studio.shippedId}
        @shipped=${(e: Event) => studio.chooseShipped(detail<string>(e))}
        @files=${(e: Event) => studio.takeFiles(detail<File[]>(e))}
        @address=${(e: Event) => studio.chooseModelAddress(detail<string>(e))}
        @normalization=${(e: Event) => {
          const { mean, std } = detail<{ mean: number[]; std: number[] }>(e);
          void studio.setNormalization(mean, std);
        }}
      ></whybox-network>
    </div>`;
  }

  private adjust = (event: Event): void => {
    const { params, held } = detail<SceneChange>(event);
    this.studio.adjustScene(params, held);
  };

  private scene() {
    const { picture, sceneKind, sceneParams, shippedId, method } = this.studio;
    if (picture?.scene === undefined || sceneKind === null) return nothing;
    const { seed } = picture.scene;
    const place = shippedId === null || method === null ? null : { model: shippedId, scene: seed, method: method.id, sceneParams };
    return html`<whybox-scene
      class="scene"
      .kind=${sceneKind}
      .seed=${seed}
      .params=${sceneParams}
      .link=${place === null ? "" : studioLink(place, location.search)}
      @seed=${(e: Event) => this.studio.newScene(detail<number>(e))}
      @next=${() => this.studio.newScene()}
      @scene=${this.adjust}
    ></whybox-scene>`;
  }

  private cues() {
    const { picture, sceneKind } = this.studio;
    return picture?.scene === undefined || sceneKind === null ? new Map<number, string[]>() : cuesOf(sceneKind, picture.scene.attributes);
  }

  private prototypes() {
    const { prediction, question, base, inside } = this.studio;
    const { prototypes, ownMaps } = inside;
    const { choice } = question;
    const best = prediction?.top[0];
    const target = prediction?.top.find(({ index }) => choice.kind === "class" && index === choice.index) ?? best;
    if (prototypes.shown === null || target === undefined) return nothing;
    return html`<whybox-prototypes
      class="prototypes"
      .shown=${prototypes.shown}
      .target=${target.index}
      .label=${target.label}
      .base=${new URL("models/", base).href}
      .chosen=${ownMaps.place?.tensor === prototypes.shown.layer.tensor ? ownMaps.place.channel : null}
      @prototype=${(e: Event) => {
        const channel = detail<number | null>(e);
        inside.choosePrototype(channel);
        if (channel !== null) this.stage.showOwn(true);
      }}
    ></whybox-prototypes>`;
  }

  private concepts() {
    const { concepts } = this.studio.inside;
    if (concepts.shown === null) return nothing;
    return html`<whybox-concepts
      class="concepts"
      .shown=${concepts.shown}
      @concept=${(e: Event) => {
        const { id, index, share } = detail<ConceptChange>(e);
        concepts.set(id, index, share);
      }}
      @reset=${(e: Event) => concepts.reset(detail<string | null>(e) ?? undefined)}
    ></whybox-concepts>`;
  }

  private right() {
    const { studio } = this;
    return html`<div class="column right">
      <whybox-classes
        class="classes"
        .prediction=${studio.inside.concepts.shown?.prediction ?? studio.prediction}
        .byHand=${studio.inside.concepts.shown?.prediction != null}
        .choice=${studio.question.choice}
        .truth=${studio.picture?.scene?.className ?? null}
        .cues=${this.cues()}
        @target=${this.target}
      ></whybox-classes>
      ${this.concepts()} ${this.prototypes()}
      <whybox-target
        class="target"
        .model=${studio.model}
        .prediction=${studio.prediction}
        .choice=${studio.question.choice}
        @target=${this.target}
      ></whybox-target>
      <whybox-question
        class="question"
        .methods=${studio.engine?.methods ?? []}
        .method=${studio.method}
        .params=${studio.params}
        .model=${studio.model}
        .choice=${studio.question.choice}
        .refusal=${studio.refusal}
        .seed=${studio.question.seed}
        .eager=${studio.eager}
        .ready=${studio.model !== null && studio.picture !== null}
        @method=${(e: Event) => studio.chooseMethod(detail<string>(e))}
        @param=${(e: Event) => {
          const { id, value } = detail<{ id: string; value: ParamValue }>(e);
          studio.setParam(id, value);
        }}
        @reset=${() => studio.resetParams()}
        @explain=${() => studio.explain()}
        @about=${() => this.about.show()}
        @seed=${(e: Event) => studio.setSeed(detail<number>(e))}
        @eager=${(e: Event) => studio.setEager(detail<boolean>(e))}
      ></whybox-question>
      <whybox-segments
        class="own-segments"
        ?hidden=${studio.method?.params.every(({ id }) => id !== "segmentation") ?? true}
        .picture=${studio.picture}
        .present=${studio.segments.present}
        .answer=${studio.answer?.superpixels ?? null}
        @segments-file=${(e: Event) => studio.segments.takeFile(detail<File>(e))}
        @segments-paint=${(e: Event) => studio.segments.takePainted(detail<Picture>(e))}
        @segments-drop=${() => studio.segments.drop()}
      ></whybox-segments>
    </div>`;
  }

  private middle() {
    const { studio } = this;
    return html`<div class="column middle">
      <whybox-stage
        class="stage"
        .studio=${studio}
        .version=${this.version}
        @painted=${this.painted}
        @cancel=${() => studio.cancel()}
        @scene=${this.adjust}
        @toggle=${(e: Event) => studio.board.toggle(detail<number>(e))}
        @all=${(e: Event) => studio.board.all(detail<boolean>(e))}
        @best=${(e: Event) => studio.keepBest(detail<number>(e))}
      ></whybox-stage>
      <whybox-findings class="findings" .answer=${studio.stale ? null : studio.answer} @save=${(e: Event) => this.save(detail<"png" | "json">(e))}></whybox-findings>
      <whybox-again
        class="again"
        ?hidden=${studio.answer === null || studio.stale}
        .picture=${studio.picture}
        .answer=${studio.answer}
        .runs=${studio.again.runs}
        .running=${studio.again.running}
        .methodName=${studio.engine?.methods.find(({ id }) => id === studio.answer?.started.method)?.name ?? ""}
        @again=${(e: Event) => studio.again.start(detail<number>(e))}
        @cancel=${() => studio.again.stop()}
      ></whybox-again>
      <whybox-conservation class="conservation" ?hidden=${studio.answer?.heatmap.layers === undefined} .heatmap=${studio.answer?.heatmap ?? null}></whybox-conservation>
      <whybox-about class="about" .method=${studio.method} @method=${(e: Event) => studio.chooseMethod(detail<string>(e))}></whybox-about>
    </div>`;
  }

  override render() {
    const { studio } = this;
    return html`<header>
        <a class="brand" href="./" aria-label="whybox">
          <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="var(--accent)" />
            <circle cx="18.5" cy="14" r="8" fill="var(--accent-ink)" opacity=".28" />
            <circle cx="18.5" cy="14" r="4.6" fill="var(--accent-ink)" opacity=".55" />
            <circle cx="18.5" cy="14" r="1.9" fill="var(--accent-ink)" />
          </svg>
          <h1>whybox</h1>
        </a>
        <p class="muted tagline">What did the network look at? All of it runs in this page; no picture leaves your machine.</p>
        <nav class="links" aria-label="Other pages"><a class="pill small" href="gallery.html" data-role="gallery">Gallery</a> ${this.engine()}</nav>
      </header>
      <main>
        ${this.left()}
        ${this.middle()}
        ${this.right()}
      </main>
      <whybox-camera
        @snapshot=${(e: Event) => studio.takeSnapshot(detail<Blob>(e))}
        @problem=${(e: Event) => studio.tell(detail<string>(e))}
      ></whybox-camera>
      <whybox-notices .notices=${studio.notices} @dismiss=${(e: Event) => studio.dismiss(detail<number>(e))}></whybox-notices>
      <div class="drop" ?hidden=${!this.dragging}><span>Drop a picture, a network or labels</span></div>`;
  }
}
