/**
 * A map over its picture.
 *
 * @prop picture  what was explained
 * @prop shown    the map in the picture's shape as it is to be shown, or null
 * @prop map      colour map
 * @prop opacity  0..1 of the map
 * @prop fade     let the picture shine through where the map is weak
 * @prop gate     value from which the picture is seen as it is, black at 0, instead of colours; null for colours
 * @prop truth    coverage of what decides the class, outlined; or null
 * @prop caption  what the picture shows, for those who do not see it
 * @fires painted after a map is on screen
 */
import { html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Picture } from "../../../wasm/whybox";
import { putPixels, sharpContext, strokeSegments } from "../paint/canvas";
import { type ColorMap, colorTable } from "../paint/colormaps";
import type { ShownMap } from "../paint/display";
import { paintGate, paintOverlay } from "../paint/overlay";
import { outlineSegments } from "../paint/superpixels";
import { frameStyles } from "../styles/frame";
import { shared } from "../styles/shared";
import { emit } from "./events";
import { RepaintOnResize } from "./repaint";

@customElement("whybox-heatmap")
export class WhyboxHeatmap extends LitElement {
  static override styles = [shared, frameStyles];

  @property({ attribute: false }) picture: Picture | null = null;
  @property({ attribute: false }) shown: ShownMap | null = null;
  @property({ attribute: false }) map!: ColorMap;
  @property({ type: Number }) opacity = 0.7;
  @property({ type: Boolean }) fade = true;
  @property({ attribute: false }) gate: number | null = null;
  @property({ attribute: false }) truth: Uint8Array | null = null;
  @property() caption = "";

  @query("#picture") private pictureCanvas!: HTMLCanvasElement;
  @query("#overlay") private overlay!: HTMLCanvasElement;
  @query("#truth") private outline!: HTMLCanvasElement;

  constructor() {
    super();
    new RepaintOnResize(this, () => this.paintTruth());
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.picture === null) return;
    if (changed.has("picture")) putPixels(this.pictureCanvas, this.picture.width, this.picture.height, this.picture.rgba);
    if (changed.has("shown") || changed.has("map") || changed.has("fade") || changed.has("gate") || changed.has("picture")) this.paintMap();
    if (changed.has("truth") || changed.has("picture")) this.paintTruth();
  }

  private paintMap(): void {
    const { shown, fade } = this;
    if (shown === null) return void putPixels(this.overlay, 1, 1, new Uint8ClampedArray(4));
    const { kind, range, values, width, height } = shown;
    const rgba = this.gate === null ? paintOverlay(values, { kind, range, table: colorTable(this.map), fade }) : paintGate(values, this.gate);
    putPixels(this.overlay, width, height, rgba);
    emit(this, "painted");
  }

  private paintTruth(): void {
    const { truth, picture } = this;
    if (picture === null || this.outline === null) return;
    const context = sharpContext(this.outline);
    if (truth === null || context === null) return;
    const labels = Int32Array.from(truth, (coverage) => (coverage >= 128 ? 0 : -1));
    const segments = outlineSegments({ width: picture.width, height: picture.height, labels }, 0);
    strokeSegments(context, segments, picture, [
      { color: "rgb(0 0 0 / 70%)", width: 4 },
      { color: "white", width: 1.75 },
    ]);
  }

  override render() {
    const { width, height } = this.picture ?? { width: 1, height: 1 };
    return html`<div class="frame" role="img" aria-label=${this.caption} style="--w:${width};--h:${height}">
      <canvas id="picture"></canvas>
      <canvas id="overlay" style="opacity:${this.opacity}"></canvas>
      <canvas id="truth" ?hidden=${this.truth === null}></canvas>
    </div>`;
  }
}
