/**
 * The middle of the page: the picture with its map or its superpixels, and everything about how they look.
 *
 * @prop studio   state (read only here); set `version` to redraw after it has changed
 * @fires toggle, all, best, cancel  from the parts
 * @fires painted            after a map is on screen
 * @fires scene              from the handles
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { lookNames, placedHandles } from "../client/handles";
import { captionOf, colorMapOf, descriptionOf, FIRST_LOOK, type Look } from "../client/look";
import { remembering } from "../client/remember";
import type { Studio } from "../client/studio";
import { type Part, questionParts, textOfParts } from "../client/target";
import type { ShownPicture } from "../client/state";
import type { Heatmap, MapKind, PlainMap } from "../../../wasm/whybox";
import { type ColorMap, rangeOf } from "../paint/colormaps";
import { AS_COMPUTED, type Display, displayWords, shownMap, type ShownMap } from "../paint/display";
import { shared } from "../styles/shared";
import "./whybox-color-bar";
import "./whybox-handles";
import "./whybox-heatmap";
import "./whybox-look";
import "./whybox-progress";
import "./whybox-superpixels";
import "./whybox-switchboard";

type View = "map" | "superpixels" | "errors" | "own";
const FIRST_VIEW: View = "superpixels";

/** Remembered by the map it belongs to, so that it is made once. */
const errorMaps = new WeakMap<Heatmap, Heatmap>();
function errorMap(heatmap: Heatmap): Heatmap {
  const { errors, ...rest } = heatmap;
  const made = errorMaps.get(heatmap) ?? { ...rest, values: errors ?? heatmap.values, map: "unsigned" };
  errorMaps.set(heatmap, made);
  return made;
}

@customElement("whybox-stage")
export class WhyboxStage extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      .question {
        font-size: 1.02rem;
        min-height: 1.5em;
        overflow-wrap: anywhere;
      }
      .caption {
        display: grid;
        gap: 0.25rem;
        overflow-wrap: anywhere;
      }
      .caption button {
        min-height: 0;
        padding: 0 0.2rem;
        vertical-align: baseline;
      }
      .over {
        position: relative;
      }
      .empty {
        aspect-ratio: 1;
        width: min(100%, 60vh, 640px);
        margin: 0 auto;
        border-radius: 10px;
        background: var(--sunken);
        display: grid;
        place-items: center;
      }
    `,
  ];

  @property({ attribute: false }) studio!: Studio;
  @property({ type: Number }) version = 0;
  @state() look: Look = FIRST_LOOK;
  @state() private wanted: View = FIRST_VIEW;
  private readonly mapOf = remembering(shownMap);
  private readonly errorsOf = remembering(shownMap);
  private readonly ownOf = remembering((map: PlainMap, display: Display) => shownMap({ ...map, map: "unsigned" }, display));

  private get view(): View {
    const { answer, stale, inside } = this.studio;
    const { ownMaps } = inside;
    if (this.wanted === "own" && ownMaps.shown !== null) return "own";
    if (this.wanted === "errors" && answer?.heatmap.errors !== undefined && !stale) return "errors";
    return answer?.superpixels == null || stale || this.wanted === "map" ? "map" : "superpixels";
  }

  /** Puts the network's own map in front, or what the method found. */
  showOwn(own: boolean): void {
    if (own || this.wanted === "own") this.wanted = own ? "own" : FIRST_VIEW;
  }

  private get ownShown(): ShownMap | null {
    const own = this.studio.inside.ownMaps.shown;
    return own === null ? null : this.ownOf(own.map, this.look.display);
  }

  /** The standard errors as a map of their own. */
  private get shownErrors(): ShownMap | null {
    const { heatmap } = this.studio.answer ?? {};
    return heatmap?.errors === undefined ? null : this.errorsOf(errorMap(heatmap), AS_COMPUTED);
  }

  /** The present map as it is shown, also while the superpixels are in front of it. */
  get shown(): ShownMap | null {
    const { answer } = this.studio;
    return answer === null ? null : this.mapOf(answer.heatmap, this.look.display);
  }

  private get kind(): MapKind {
    if (this.view === "own" || this.view === "errors") return "unsigned";
    return this.view === "superpixels" ? "signed" : (this.shown?.kind ?? this.studio.method?.map ?? "unsigned");
  }

  private get methodName(): string {
    const { answer, engine } = this.studio;
    return engine?.methods.find(({ id }) => id === answer?.started.method)?.name ?? "";
  }

  /** The question, the caption and every display option as one text. */
  get description(): string {
    const { answer, model } = this.studio;
    return answer === null || this.shown === null ? "" : descriptionOf(answer, this.methodName, model, this.look, this.shown);
  }

  private question() {
    const { answer, busy, picture, model } = this.studio;
    if (busy !== null) return html`<p class="question muted" role="status">${busy}…</p>`;
    const own = this.view === "own" ? this.studio.inside.ownMaps.shown : null;
    if (own !== null) return html`<p class="question" data-role="question"><strong>${own.title}</strong></p>`;
    if (answer === null || picture === null) return html`<p class="question muted">&nbsp;</p>`;
    const part = ({ text, role }: Part) =>
      role === "plain" ? text : role === "name" ? html`<strong>${text}</strong>` : html`<span class="muted number">${text}</span>`;
    return html`<p class="question" data-role="question">
      ${questionParts(answer.started.target, model).map(part)} <span class="muted">${this.methodName}</span>
    </p>`;
  }

  private views() {
    const { answer, inside } = this.studio;
    const { ownMaps } = inside;
    const cut = answer?.superpixels != null;
    const errors = answer?.heatmap.errors !== undefined;
    if (!cut && !errors && ownMaps.shown === null) return nothing;
    const radio = (view: View, name: string) =>
      html`<label><input type="radio" name="view" .checked=${this.view === view} @change=${() => (this.wanted = view)} />${name}</label>`;
    return html`<div class="segments" role="radiogroup" aria-label="View">
      ${radio("map", "Map")} ${cut ? radio("superpixels", "Superpixels") : nothing} ${errors ? radio("errors", "Error") : nothing}
      ${ownMaps.shown === null ? nothing : radio("own", "Own map")}
    </div>`;
  }

  private canvas() {
    const { picture, answer, switches, model, fit } = this.studio;
    if (picture === null) return html`<div class="empty muted">No picture yet</div>`;
    const { opacity } = this.look;
    const map = colorMapOf(this.look, this.kind);
    if (this.view === "superpixels")
      return html`<whybox-superpixels
        .picture=${picture}
        .superpixels=${answer?.superpixels ?? null}
        .on=${switches?.on ?? null}
        .seen=${switches?.view?.picture ?? null}
        .network=${model?.input ?? { width: 1, height: 1 }}
        .fit=${fit}
        .map=${map}
        .opacity=${opacity}
      ></whybox-superpixels>`;
    return html`<div class="over">${this.heatmap(picture, map)} ${this.handles()}</div>`;
  }

  private heatmap(picture: ShownPicture, map: ColorMap) {
    const { answer, model, stale, inside } = this.studio;
    const { ownMaps } = inside;
    const { opacity, fade, truth, gate, display } = this.look;
    const own = this.view === "own";
    const question = answer === null ? "" : textOfParts(questionParts(answer.started.target, model));
    return html`<whybox-heatmap
      .picture=${picture}
      .shown=${own ? this.ownShown : stale ? null : this.view === "errors" ? this.shownErrors : this.shown}
      .gate=${own && gate ? (display.clip < 100 ? (this.ownShown?.range.high ?? 1) : 1) : null}
      .map=${map}
      .opacity=${opacity}
      .fade=${fade}
      .truth=${truth ? (picture.scene?.truth ?? null) : null}
      .caption=${own ? `${ownMaps.shown?.title ?? ""} over ${picture.name}` : `Heatmap over ${picture.name}: ${question}`}
    ></whybox-heatmap>`;
  }

  private handles() {
    const { picture, sceneKind, sceneParams } = this.studio;
    if (picture?.scene === undefined || sceneKind === null) return nothing;
    const { handles, attributes, className } = picture.scene;
    return html`<whybox-handles
      .kind=${sceneKind}
      .handles=${placedHandles(sceneKind, handles)}
      .params=${sceneParams}
      .looks=${lookNames(sceneKind, attributes, className)}
    ></whybox-handles>`;
  }

  private switchboard() {
    const { answer, switches } = this.studio;
    if (this.view !== "superpixels" || answer === null) return nothing;
    return html`<whybox-switchboard
      .target=${answer.started.target}
      .superpixels=${answer.superpixels}
      .switches=${switches}
    ></whybox-switchboard>`;
  }

  private bar() {
    const { answer, inside } = this.studio;
    const { ownMaps } = inside;
    const { shown, ownShown } = this;
    if (this.view === "own" && ownShown !== null)
      return this.look.gate
        ? nothing
        : html`<whybox-color-bar .map=${colorMapOf(this.look, this.kind)} .range=${ownShown.range} .unit=${ownMaps.shown?.unit ?? ""}></whybox-color-bar>`;
    if (answer === null || shown === null) return nothing;
    const weights = answer.superpixels?.weights;
    const onWeights = this.view === "superpixels" && weights !== undefined;
    const errors = this.view === "errors" ? this.shownErrors : null;
    const range = onWeights ? rangeOf("signed", Math.min(...weights), Math.max(...weights)) : (errors ?? shown).range;
    const unit = onWeights ? "weight, in units of probability" : errors === null ? answer.heatmap.unit : `standard error, ${answer.heatmap.unit}`;
    return html`<whybox-color-bar .map=${colorMapOf(this.look, this.kind)} .range=${range} .unit=${unit}></whybox-color-bar>`;
  }

  private caption() {
    const { answer, model, refusal } = this.studio;
    const { shown } = this;
    if (this.view === "own") return this.ownCaption();
    if (answer === null || shown === null) return nothing;
    const { explained, display } = captionOf(answer, model, this.look, shown);
    const off = (): Look => (this.look = { ...this.look, display: AS_COMPUTED });
    const options = html`<p>
      <strong>Shown:</strong> ${display.join("; ")}.
      <button type="button" class="plain small" @click=${off}>Show it as computed</button>
    </p>`;
    return html`<div class="small caption" data-role="caption">
      ${refusal === null ? nothing : html`<p><strong>This is the former answer:</strong> the question as it is now was refused.</p>`}
      ${this.view === "map" && display.length > 0 ? options : nothing}
      ${explained === null ? nothing : html`<p class="muted">${explained}</p>`}
    </div>`;
  }

  private ownCaption() {
    const { ownShown } = this;
    const words = ownShown === null ? [] : displayWords(this.look.display, "unsigned", ownShown.range);
    return html`<div class="small caption" data-role="caption">
      ${words.length === 0 ? nothing : html`<p><strong>Shown:</strong> ${words.join("; ")}.</p>`}
      <p class="muted">
        ${this.look.gate ? "The picture is as dark as the map is near 0. " : ""}No method was asked: this map is an output of the network, which it computes with its answer.
      </p>
    </div>`;
  }

  private looks() {
    const { answer, picture } = this.studio;
    return html`<whybox-look
      .look=${this.look}
      .kind=${this.kind}
      .signed=${this.view !== "own" && answer?.heatmap.map === "signed"}
      .onMap=${this.view !== "superpixels"}
      .own=${this.view === "own"}
      .truth=${picture?.scene !== undefined}
      @look=${(e: Event) => (this.look = (e as CustomEvent<Look>).detail)}
    ></whybox-look>`;
  }

  override render() {
    const { running } = this.studio;
    return html`<section class="card" aria-label="Explanation">
        <div class="row spread">${this.question()} ${this.views()}</div>
        ${this.canvas()}
        ${running === null ? this.switchboard() : html`<whybox-progress .running=${running}></whybox-progress>`} ${this.bar()}
        ${this.caption()} ${this.looks()}
      </section>`;
  }
}
