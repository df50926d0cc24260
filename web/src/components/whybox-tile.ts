/**
 * One method on one network: the picture, the map over it, what it cost, a way to the studio.
 *
 * @prop tile     what it shows
 * @prop picture  the scene; null before there is one
 * @prop link     the studio with this network, scene and method
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Tile } from "../client/gallery";
import { colorMapOf, FIRST_LOOK } from "../client/look";
import { canvasOf } from "../paint/canvas";
import { colorTable } from "../paint/colormaps";
import { AS_COMPUTED, shownMap } from "../paint/display";
import { formatDuration } from "../paint/numbers";
import { paintOverlay } from "../paint/overlay";
import type { Heatmap, Picture } from "../../../wasm/whybox";
import { shared } from "../styles/shared";

/** Pixels of a tile's pictures: sharp where they are shown, small where there are hundreds. */
const SIDE = 192;

@customElement("whybox-tile")
export class WhyboxTile extends LitElement {
  static override styles = [
    shared,
    css`
      a {
        display: grid;
        gap: 0.35rem;
        padding: 0.5rem;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--surface);
        color: inherit;
        text-decoration: none;
        height: 100%;
        align-content: start;
      }
      a:hover {
        border-color: var(--line-strong);
      }
      .pictures {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.35rem;
      }
      canvas,
      .blank {
        display: block;
        width: 100%;
        aspect-ratio: 1;
        border-radius: 6px;
        background: var(--sunken);
      }
      .blank {
        display: grid;
        place-items: center;
        padding: 0.4rem;
        overflow: auto;
      }
      .refused {
        grid-column: 1 / -1;
        aspect-ratio: auto;
        min-height: 4.5rem;
        color: var(--muted);
        place-items: start;
        overflow-wrap: anywhere;
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
        font-size: 0.82rem;
        line-height: 1.35;
      }
      .cost {
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) tile!: Tile;
  @property({ attribute: false }) picture: Picture | null = null;
  @property() link = "./";
  @query("#picture") private pictureCanvas!: HTMLCanvasElement | null;
  @query("#map") private mapCanvas!: HTMLCanvasElement | null;

  /** Told to tests and to those who count: what the map is like. */
  get facts(): { readonly state: Tile["state"]["kind"]; readonly map?: Heatmap["map"]; readonly spread?: number; readonly colors?: string } {
    const { state } = this.tile;
    if (state.kind !== "drawn") return { state: state.kind };
    const { map, min, max } = state.heatmap;
    return { state: state.kind, map, spread: max - min, colors: colorMapOf(FIRST_LOOK, map).id };
  }

  override updated(changed: PropertyValues<this>): void {
    const { picture, tile } = this;
    if (picture === null) return;
    if (changed.has("picture")) this.put(this.pictureCanvas, canvasOf(picture));
    if (tile.state.kind === "drawn" && (changed.has("tile") || changed.has("picture"))) this.paint(picture, tile.state.heatmap);
  }

  private put(canvas: HTMLCanvasElement | null, ...layers: readonly HTMLCanvasElement[]): void {
    const context = canvas?.getContext("2d");
    if (context == null) return;
    context.clearRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    layers.forEach((layer, i) => {
      context.globalAlpha = i === 0 ? 1 : FIRST_LOOK.opacity;
      context.drawImage(layer, 0, 0, SIDE, SIDE);
    });
  }

  /** As the studio shows it at first. */
  private paint(picture: Picture, heatmap: Heatmap): void {
    const { values, width, height, kind, range } = shownMap(heatmap, AS_COMPUTED);
    const style = { kind, range, table: colorTable(colorMapOf(FIRST_LOOK, kind)), fade: FIRST_LOOK.fade };
    this.put(this.mapCanvas, canvasOf(picture), canvasOf({ width, height, rgba: paintOverlay(values, style) }));
  }

  private map() {
    const { state } = this.tile;
    switch (state.kind) {
      case "drawn":
        return html`<canvas id="map" width=${SIDE} height=${SIDE}></canvas>`;
      case "refused":
        return nothing;
      case "waiting":
      case "working":
        return html`<span class="blank muted small">${state.kind === "working" ? "drawing…" : ""}</span>`;
    }
  }

  override render() {
    const { method, model, state } = this.tile;
    const cost = state.kind === "drawn" ? formatDuration(state.milliseconds) : "";
    return html`<a href=${this.link} aria-label="${method.name} on ${model.name}${cost === "" ? "" : `, ${cost}`}. Open in the studio.">
      <span class="pictures">
        ${state.kind === "refused"
          ? html`<span class="blank refused small" data-role="refusal">${state.text}</span>`
          : html`<canvas id="picture" width=${SIDE} height=${SIDE}></canvas> ${this.map()}`}
      </span>
      <span class="line"><strong>${method.name}</strong><span class="muted number cost">${cost}</span></span>
      <span class="muted small">${model.name}</span>
    </a>`;
  }
}
