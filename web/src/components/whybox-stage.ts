/**
 * The middle of the page: the picture with its map or its superpixels, and everything about how they look.
 *
 * @prop studio   state (read only here); set `version` to redraw after it has changed
 * @fires toggle, all, best, cancel  from the parts
 * @fires painted            after a map is on screen
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { captionOf, colorMapOf, descriptionOf, FIRST_LOOK, type Look } from "../client/look";
import { remembering } from "../client/remember";
import type { Studio } from "../client/studio";
import { type Part, questionParts, textOfParts } from "../client/target";
import type { MapKind } from "../../../wasm/whybox";
import { rangeOf } from "../paint/colormaps";
import { AS_COMPUTED, shownMap, type ShownMap } from "../paint/display";
import { shared } from "../styles/shared";
import "./whybox-color-bar";
import "./whybox-heatmap";
import "./whybox-look";
import "./whybox-progress";
import "./whybox-superpixels";
import "./whybox-switchboard";

type View = "map" | "superpixels";

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
  @state() private wanted: View = "superpixels";
  private readonly mapOf = remembering(shownMap);

  private get view(): View {
    return this.studio.answer?.superpixels == null ? "map" : this.wanted;
  }

  /** The present map as it is shown, also while the superpixels are in front of it. */
  get shown(): ShownMap | null {
    const { answer } = this.studio;
    return answer === null ? null : this.mapOf(answer.heatmap, this.look.display);
  }

  private get kind(): MapKind {
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
    if (answer === null || picture === null) return html`<p class="question muted">&nbsp;</p>`;
    const part = ({ text, role }: Part) =>
      role === "plain" ? text : role === "name" ? html`<strong>${text}</strong>` : html`<span class="muted number">${text}</span>`;
    return html`<p class="question" data-role="question">
      ${questionParts(answer.started.target, model).map(part)} <span class="muted">${this.methodName}</span>
    </p>`;
  }

  private views() {
    if (this.studio.answer?.superpixels == null) return nothing;
    const radio = (view: View, name: string) =>
      html`<label><input type="radio" name="view" .checked=${this.view === view} @change=${() => (this.wanted = view)} />${name}</label>`;
    return html`<div class="segments" role="radiogroup" aria-label="View">${radio("map", "Map")} ${radio("superpixels", "Superpixels")}</div>`;
  }

  private canvas() {
    const { picture, answer, switches, model, fit } = this.studio;
    if (picture === null) return html`<div class="empty muted">No picture yet</div>`;
    const { opacity, fade, truth } = this.look;
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
    return html`<whybox-heatmap
      .picture=${picture}
      .shown=${this.shown}
      .map=${map}
      .opacity=${opacity}
      .fade=${fade}
      .truth=${truth ? (picture.scene?.truth ?? null) : null}
      .caption=${`Heatmap over ${picture.name}: ${answer === null ? "" : textOfParts(questionParts(answer.started.target, model))}`}
    ></whybox-heatmap>`;
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
    const { answer } = this.studio;
    const { shown } = this;
    if (answer === null || shown === null) return nothing;
    const weights = answer.superpixels?.weights;
    const onWeights = this.view === "superpixels" && weights !== undefined;
    const range = onWeights ? rangeOf("signed", Math.min(...weights), Math.max(...weights)) : shown.range;
    const unit = onWeights ? "weight, in units of probability" : answer.heatmap.unit;
    return html`<whybox-color-bar .map=${colorMapOf(this.look, this.kind)} .range=${range} .unit=${unit}></whybox-color-bar>`;
  }

  private caption() {
    const { answer, model, refusal } = this.studio;
    const { shown } = this;
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

  private looks() {
    const { answer, picture } = this.studio;
    return html`<whybox-look
      .look=${this.look}
      .kind=${this.kind}
      .signed=${answer?.heatmap.map === "signed"}
      .onMap=${this.view === "map"}
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
