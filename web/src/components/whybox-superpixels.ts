/**
 * The picture cut into superpixels, each in the colour of its weight, each a switch. A click, or Space on the one that the arrow
 * keys have reached, switches it; one that is off shows its fill.
 *
 * @prop picture      what was explained
 * @prop superpixels  the cut and its weights
 * @prop on           one flag per superpixel; null while it cannot be switched yet
 * @prop seen         what the network sees with these flags, at its own size; null before it has answered
 * @prop network      the network's input size
 * @prop fit          how the picture was fitted
 * @prop map, opacity colour map of the weights
 * @fires toggle      detail: the superpixel's number
 */
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Fit, Picture, Superpixels } from "../../../wasm/whybox";
import { canvasOf, putPixels, sharpContext, strokeSegments } from "../paint/canvas";
import { type ColorMap, colorTable, rangeOf } from "../paint/colormaps";
import { networkFrame, type Size } from "../paint/frame";
import { formatNumber, formatSigned } from "../paint/numbers";
import { cutOut, hideOff, paintOverlay, spread } from "../paint/overlay";
import { centres, type Direction, next, outlineSegments, type Point, superpixelAt } from "../paint/superpixels";
import { frameStyles } from "../styles/frame";
import { shared } from "../styles/shared";
import { emit } from "./events";
import { RepaintOnResize } from "./repaint";

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

@customElement("whybox-superpixels")
export class WhyboxSuperpixels extends LitElement {
  static override styles = [
    shared,
    frameStyles,
    css`
      :host {
        /* Room for the bars below, which move while one switches. */
        --tall: min(50vh, 560px);
      }
      .frame {
        cursor: pointer;
        touch-action: manipulation;
      }
      .frame[aria-disabled="true"] {
        cursor: default;
      }
      .told {
        min-height: 1.5em;
        margin-top: 0.3rem;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) picture: Picture | null = null;
  @property({ attribute: false }) superpixels: Superpixels | null = null;
  @property({ attribute: false }) on: Uint8Array | null = null;
  @property({ attribute: false }) seen: Picture | null = null;
  @property({ attribute: false }) network: Size = { width: 1, height: 1 };
  @property() fit: Fit = "stretch";
  @property({ attribute: false }) map!: ColorMap;
  @property({ type: Number }) opacity = 0.7;

  /** The superpixel that keys act on; -1 before the first key. */
  @state() private cursor = -1;
  @state() private hovered = -1;
  @query("#picture") private pictureCanvas!: HTMLCanvasElement;
  @query("#weights") private weightsCanvas!: HTMLCanvasElement;
  @query("#lines") private lines!: HTMLCanvasElement;
  @query(".frame") private frame!: HTMLElement;
  private points: readonly Point[] = [];
  private outline: Float32Array = new Float32Array();

  constructor() {
    super();
    new RepaintOnResize(this, () => this.paintLines());
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("superpixels") || this.superpixels === null) return;
    this.points = centres(this.superpixels, this.superpixels.count);
    this.outline = outlineSegments(this.superpixels);
    if (this.cursor >= this.superpixels.count) this.cursor = -1;
  }

  override updated(changed: PropertyValues): void {
    if (this.picture === null || this.superpixels === null) return;
    const any = (...names: string[]): boolean => names.some((name) => changed.has(name));
    if (any("picture", "superpixels", "on", "seen", "fit")) this.paintPicture(this.picture, this.superpixels);
    if (any("superpixels", "on", "map")) this.paintWeights(this.superpixels);
    if (any("superpixels", "on", "cursor", "hovered", "picture")) this.paintLines();
  }

  /** The picture, with what the network sees showing through where a superpixel is off. */
  private paintPicture(picture: Picture, { labels }: Superpixels): void {
    const { on, seen } = this;
    if (on === null || seen === null) return putPixels(this.pictureCanvas, picture.width, picture.height, picture.rgba);
    const cut = canvasOf({ ...picture, rgba: cutOut(picture.rgba, labels, on) });
    this.pictureCanvas.width = picture.width;
    this.pictureCanvas.height = picture.height;
    const { x, y, width, height } = networkFrame(picture, this.network, this.fit);
    const context = this.pictureCanvas.getContext("2d");
    context?.drawImage(canvasOf(seen), x, y, width, height);
    context?.drawImage(cut, 0, 0);
  }

  private paintWeights({ width, height, labels, weights }: Superpixels): void {
    const range = rangeOf("signed", Math.min(...weights), Math.max(...weights));
    const style = { kind: "signed", range, table: colorTable(this.map), fade: true } as const;
    const rgba = paintOverlay(spread(labels, weights), style);
    putPixels(this.weightsCanvas, width, height, this.on === null ? rgba : hideOff(rgba, labels, this.on));
  }

  private paintLines(): void {
    const { superpixels } = this;
    if (superpixels === null || this.lines === null) return;
    const context = sharpContext(this.lines);
    if (context === null) return;
    strokeSegments(context, this.outline, superpixels, [
      { color: "rgb(0 0 0 / 35%)", width: 2.2 },
      { color: "rgb(255 255 255 / 80%)", width: 1 },
    ]);
    const marked = this.hovered >= 0 ? this.hovered : this.cursor;
    if (marked < 0) return;
    strokeSegments(context, outlineSegments(superpixels, marked), superpixels, [
      { color: "black", width: 5 },
      { color: "#ffe066", width: 2.5 },
    ]);
  }

  private under(event: PointerEvent | MouseEvent): number {
    if (this.superpixels === null) return -1;
    const box = this.frame.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.superpixels.width;
    const y = ((event.clientY - box.top) / box.height) * this.superpixels.height;
    return superpixelAt(this.superpixels, x, y);
  }

  private toggle(superpixel: number): void {
    if (this.on === null || superpixel < 0) return;
    this.cursor = superpixel;
    emit(this, "toggle", superpixel);
  }

  private pressed = (event: KeyboardEvent): void => {
    const direction = ARROWS[event.key];
    if (direction !== undefined) this.cursor = this.cursor < 0 ? 0 : next(this.points, this.cursor, direction);
    else if (event.key === " " || event.key === "Enter") this.toggle(Math.max(0, this.cursor));
    else return;
    this.hovered = -1;
    event.preventDefault();
  };

  private focused = (): void => {
    if (this.cursor < 0 && this.frame.matches(":focus-visible")) this.cursor = 0;
  };

  private sentence(): string {
    const index = this.hovered >= 0 ? this.hovered : this.cursor;
    const weight = this.superpixels?.weights[index];
    if (index < 0 || weight === undefined) return this.on === null ? "" : "Click a superpixel to switch it off and on.";
    const off = this.on?.[index] === 0;
    const error = this.superpixels?.errors[index];
    const known = error === undefined ? "" : ` ± ${formatNumber(error)} (standard error)`;
    return `Superpixel ${index + 1} of ${this.superpixels?.count ?? 0}, weight ${formatSigned(weight)}${known}, ${off ? "off" : "on"}`;
  }

  override render() {
    const { width, height } = this.picture ?? { width: 1, height: 1 };
    return html`<div
        class="frame"
        role="application"
        tabindex="0"
        aria-disabled=${this.on === null}
        aria-label="Superpixels. Arrow keys move from one to the next, Space switches it off and on."
        aria-describedby="told"
        style="--w:${width};--h:${height}"
        @click=${(e: MouseEvent) => this.toggle(this.under(e))}
        @pointermove=${(e: PointerEvent) => (this.hovered = e.pointerType === "mouse" ? this.under(e) : -1)}
        @pointerleave=${() => (this.hovered = -1)}
        @keydown=${this.pressed}
        @focus=${this.focused}
      >
        <canvas id="picture"></canvas>
        <canvas id="weights" style="opacity:${this.opacity}"></canvas>
        <canvas id="lines"></canvas>
      </div>
      <p id="told" class="small muted number told" aria-live="polite">${this.sentence()}</p>`;
  }
}
