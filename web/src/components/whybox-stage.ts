/**
 * The middle of the page: the picture with its map or its superpixels, and everything about how they look.
 *
 * @prop studio   state (read only here); set `version` to redraw after it has changed
 * @fires toggle, all, best, cancel  from the parts
 * @fires painted            after a map is on screen
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Look } from "../client/downloads";
import type { Studio } from "../client/studio";
import type { MapKind } from "../../../wasm/whybox";
import { colorMapsFor, findColorMap, rangeOf } from "../paint/colormaps";
import { formatPercent } from "../paint/numbers";
import { shared } from "../styles/shared";
import { checkedOf, textOf } from "./events";
import "./whybox-color-bar";
import "./whybox-heatmap";
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
      .look {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.6rem 1.2rem;
        align-items: center;
      }
      .look label.field {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.7rem;
        align-items: center;
        font-size: 0.88rem;
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
      @media (max-width: 560px) {
        .look {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) studio!: Studio;
  @property({ type: Number }) version = 0;
  @state() private opacity = 0.8;
  @state() private fade = true;
  @state() private truth = false;
  @state() private wanted: View = "superpixels";
  /** The chosen map of each kind. */
  @state() private maps: Partial<Record<MapKind, string>> = {};

  private get view(): View {
    return this.studio.answer?.superpixels == null ? "map" : this.wanted;
  }

  private get kind(): MapKind {
    return this.view === "superpixels" ? "signed" : (this.studio.answer?.heatmap.map ?? this.studio.method?.map ?? "unsigned");
  }

  private get look(): Look {
    return { map: findColorMap(this.kind, this.maps[this.kind]), opacity: this.opacity, fade: this.fade };
  }

  /** Of the map, also while the superpixels are shown. */
  get mapLook(): Look {
    const kind = this.studio.answer?.heatmap.map ?? "unsigned";
    return { ...this.look, map: findColorMap(kind, this.maps[kind]) };
  }

  private question() {
    const { answer, method, busy, picture } = this.studio;
    if (busy !== null) return html`<p class="question muted" role="status">${busy}…</p>`;
    if (answer === null || picture === null) return html`<p class="question muted">&nbsp;</p>`;
    const { target } = answer.started;
    const name = this.studio.engine?.methods.find(({ id }) => id === answer.started.method)?.name ?? method?.name;
    return html`<p class="question">
      Why <strong>${target.label}</strong> <span class="muted number">(${formatPercent(target.probability)})</span>?
      <span class="muted">${name}</span>
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
    const { map } = this.look;
    if (this.view === "superpixels")
      return html`<whybox-superpixels
        .picture=${picture}
        .superpixels=${answer?.superpixels ?? null}
        .on=${switches?.on ?? null}
        .seen=${switches?.view?.picture ?? null}
        .network=${model?.input ?? { width: 1, height: 1 }}
        .fit=${fit}
        .map=${map}
        .opacity=${this.opacity}
      ></whybox-superpixels>`;
    return html`<whybox-heatmap
      .picture=${picture}
      .heatmap=${answer?.heatmap ?? null}
      .map=${map}
      .opacity=${this.opacity}
      .fade=${this.fade}
      .truth=${this.truth ? (picture.scene?.truth ?? null) : null}
      .caption=${`Heatmap over ${picture.name}`}
    ></whybox-heatmap>`;
  }

  private switchboard() {
    const { answer, switches } = this.studio;
    if (this.view !== "superpixels" || answer === null) return nothing;
    return html`<whybox-switchboard
      .label=${answer.started.target.label}
      .target=${answer.started.target.index}
      .superpixels=${answer.superpixels}
      .switches=${switches}
    ></whybox-switchboard>`;
  }

  private bar() {
    const { answer } = this.studio;
    if (answer === null) return nothing;
    const weights = answer.superpixels?.weights;
    const onWeights = this.view === "superpixels" && weights !== undefined;
    const [min, max] = onWeights ? [Math.min(...weights), Math.max(...weights)] : [answer.heatmap.min, answer.heatmap.max];
    const unit = onWeights ? "weight, in units of probability" : answer.heatmap.unit;
    return html`<whybox-color-bar .map=${this.look.map} .range=${rangeOf(this.kind, min, max)} .unit=${unit}></whybox-color-bar>`;
  }

  private lookControls() {
    const { map } = this.look;
    return html`<div class="look">
      <label class="field"
        ><span>Opacity</span>
        <input type="range" min="0" max="1" step="0.01" .value=${String(this.opacity)} @input=${(e: Event) => (this.opacity = Number(textOf(e)))} />
      </label>
      <label class="field"
        ><span>Colours</span>
        <select @change=${(e: Event) => (this.maps = { ...this.maps, [this.kind]: textOf(e) })}>
          ${colorMapsFor(this.kind).map(({ id, name }) => html`<option value=${id} ?selected=${id === map.id}>${name}</option>`)}
        </select>
      </label>
      ${this.view === "map"
        ? html`<label class="check"
            ><input type="checkbox" .checked=${this.fade} @change=${(e: Event) => (this.fade = checkedOf(e))} />Fade where weak</label
          >`
        : nothing}
      ${this.view === "map" && this.studio.picture?.scene !== undefined
        ? html`<label class="check"
            ><input type="checkbox" data-role="truth" .checked=${this.truth} @change=${(e: Event) => (this.truth = checkedOf(e))} />Outline the truth</label
          >`
        : nothing}
    </div>`;
  }

  override render() {
    const { running } = this.studio;
    return html`<section class="card" aria-label="Explanation">
        <div class="row spread">${this.question()} ${this.views()}</div>
        ${this.canvas()}
        ${running === null ? this.switchboard() : html`<whybox-progress .running=${running}></whybox-progress>`} ${this.bar()} ${this.lookControls()}
      </section>`;
  }
}
