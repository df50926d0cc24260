/**
 * Paints segments on the picture, in a dialog: a brush and a bucket for the segment whose number is chosen. With the keyboard, arrow keys
 * move the brush, Space paints, Shift with an arrow key paints a line, F fills, [ and ] change the brush, digits choose a segment.
 * Call `open()`.
 *
 * @prop picture  what is painted on
 * @prop cut      superpixels to begin with on request, or null
 * @fires segments-paint  detail: Picture, one colour for each segment
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { rgb } from "d3-color";
import type { Picture, Superpixels } from "../../../wasm/whybox";
import { putPixels, sharpContext, strokeSegments } from "../paint/canvas";
import { blank, census, dab, flood, labelPicture, MOST_SEGMENTS, type Painting, paintingOf, segmentColor, stroke, tint } from "../paint/segments";
import { outlineSegments, type Point } from "../paint/superpixels";
import { frameStyles } from "../styles/frame";
import { shared } from "../styles/shared";
import { checkedOf, emit, textOf } from "./events";

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
/** Part of the picture's longer side that the brush begins with, and the most it may be. */
const FIRST_BRUSH = 0.08;
const LARGEST_BRUSH = 0.5;
const MOST_UNDO = 30;

/** Channels of every segment's colour; hsl() in CSS, but numbers in pixels. */
const COLORS = Array.from({ length: MOST_SEGMENTS }, (_, label) => {
  const { r, g, b } = rgb(segmentColor(label).replaceAll(" ", ","));
  return [r, g, b] as const;
});

@customElement("whybox-segment-painter")
export class WhyboxSegmentPainter extends LitElement {
  static override styles = [
    shared,
    frameStyles,
    css`
      dialog {
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: inherit;
        padding: 1rem;
        width: min(94vw, 760px);
        max-height: 94vh;
        overflow: auto;
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      .body {
        display: grid;
        gap: 0.7rem;
      }
      .frame {
        --tall: 52vh;
        cursor: crosshair;
        touch-action: none;
      }
      #labels {
        opacity: 0.45;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 0.9rem;
        align-items: center;
      }
      .tools label {
        display: inline-flex;
        gap: 0.4rem;
        align-items: center;
        font-size: 0.88rem;
      }
      .tools input[type="number"] {
        width: 4.6rem;
      }
      .swatch {
        width: 1.2rem;
        height: 1.2rem;
        border-radius: 5px;
        border: 1px solid var(--line-strong);
      }
      .end {
        justify-content: flex-end;
      }
    `,
  ];

  @property({ attribute: false }) picture!: Picture;
  @property({ attribute: false }) cut: Superpixels | null = null;
  @state() private painting: Painting | null = null;
  @state() private segment = 1;
  @state() private brush = 1;
  @state() private bucket = false;
  @state() private version = 0;
  @state() private cursor: Point | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;
  @query(".frame") private frame!: HTMLElement;
  @query("#picture") private pictureCanvas!: HTMLCanvasElement;
  @query("#labels") private labelCanvas!: HTMLCanvasElement;
  @query("#lines") private lines!: HTMLCanvasElement;
  private last: Point | null = null;
  private readonly past: Uint16Array[] = [];

  /** What was painted on this picture before is still there. */
  open(): void {
    const { width, height } = this.picture;
    if (this.painting?.width !== width || this.painting.height !== height) {
      this.painting = blank(width, height);
      this.brush = Math.max(1, Math.round(FIRST_BRUSH * Math.max(width, height)));
      this.segment = 1;
      this.past.length = 0;
      this.cursor = { x: width / 2, y: height / 2 };
    }
    this.dialog.showModal();
    this.version++;
  }

  private close = (): void => this.dialog.close();

  override updated(): void {
    if (this.painting === null || !this.dialog.open) return;
    const { width, height } = this.painting;
    putPixels(this.pictureCanvas, width, height, this.picture.rgba);
    putPixels(this.labelCanvas, width, height, tint(this.painting, COLORS));
    this.paintLines(this.painting);
  }

  private paintLines(painting: Painting): void {
    const context = sharpContext(this.lines);
    if (context === null) return;
    const outline = outlineSegments({ ...painting, labels: Int32Array.from(painting.labels) });
    strokeSegments(context, outline, painting, [
      { color: "rgb(0 0 0 / 60%)", width: 2.5 },
      { color: "white", width: 1 },
    ]);
    if (this.cursor === null) return;
    const scale = context.canvas.width / painting.width;
    context.beginPath();
    context.arc(this.cursor.x * scale, this.cursor.y * scale, Math.max(4, (this.brush / 2) * scale), 0, 2 * Math.PI);
    for (const [color, thick] of [["black", 4], ["#ffe066", 2]] as const) {
      context.strokeStyle = color;
      context.lineWidth = thick;
      context.stroke();
    }
  }

  // ---- Strokes -------------------------------------------------------------------------------------------------------

  private remember(): void {
    if (this.painting === null) return;
    this.past.push(this.painting.labels.slice());
    if (this.past.length > MOST_UNDO) this.past.shift();
  }

  private undo = (): void => {
    const labels = this.past.pop();
    if (labels !== undefined && this.painting !== null) this.painting = { ...this.painting, labels };
  };

  private place(event: PointerEvent): Point {
    const box = this.frame.getBoundingClientRect();
    const { width, height } = this.picture;
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
  }

  private begin(at: Point): void {
    if (this.painting === null) return;
    this.remember();
    if (this.bucket) flood(this.painting, at, this.segment);
    else dab(this.painting, at, this.brush, this.segment);
    this.version++;
  }

  private pressed = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.cursor = this.place(event);
    this.begin(this.cursor);
    if (this.bucket) return;
    this.last = this.cursor;
    this.frame.setPointerCapture(event.pointerId);
  };

  private moved = (event: PointerEvent): void => {
    this.cursor = this.place(event);
    if (this.last === null || this.painting === null) return;
    stroke(this.painting, this.last, this.cursor, this.brush, this.segment);
    this.last = this.cursor;
    this.version++;
  };

  private released = (): void => {
    this.last = null;
  };

  // ---- Keys ----------------------------------------------------------------------------------------------------------

  private move(step: Point, paints: boolean): void {
    const { width, height } = this.picture;
    const from = this.cursor ?? { x: width / 2, y: height / 2 };
    const far = Math.max(1, this.brush / 2);
    const to = { x: Math.min(width - 0.5, Math.max(0.5, from.x + step.x * far)), y: Math.min(height - 0.5, Math.max(0.5, from.y + step.y * far)) };
    if (paints && this.painting !== null) {
      this.remember();
      stroke(this.painting, from, to, this.brush, this.segment);
      this.version++;
    }
    this.cursor = to;
  }

  private keyed = (event: KeyboardEvent): void => {
    const step = ARROWS[event.key];
    const at = this.cursor ?? { x: this.picture.width / 2, y: this.picture.height / 2 };
    if (step !== undefined) this.move(step, event.shiftKey);
    else if (event.key === " ") this.begin(at);
    else if (event.key === "f" && this.painting !== null) {
      this.remember();
      flood(this.painting, at, this.segment);
      this.version++;
    } else if (event.key === "[" || event.key === "]") this.setBrush(this.brush * (event.key === "]" ? 1.25 : 0.8));
    else if (/^\d$/.test(event.key)) this.segment = Number(event.key);
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else return;
    event.preventDefault();
  };

  // ---- Tools ---------------------------------------------------------------------------------------------------------

  private setBrush(pixels: number): void {
    const most = Math.round(LARGEST_BRUSH * Math.max(this.picture.width, this.picture.height));
    this.brush = Math.min(Math.max(1, most), Math.max(1, Math.round(pixels)));
  }

  private setSegment = (event: Event): void => {
    const number = Math.floor(Number(textOf(event)));
    this.segment = Math.min(MOST_SEGMENTS - 1, Math.max(0, Number.isFinite(number) ? number : 0));
  };

  private beginWith(painting: Painting): void {
    this.remember();
    this.painting = painting;
    this.segment = Math.min(MOST_SEGMENTS - 1, census(painting).free);
  }

  private use = (): void => {
    if (this.painting === null) return;
    emit(this, "segments-paint", labelPicture(this.painting));
    this.close();
  };

  private tools(painting: Painting) {
    const { cut } = this;
    const { free } = census(painting);
    const same = cut !== null && cut.width === painting.width && cut.height === painting.height;
    return html`<div class="tools">
      <label>Segment <span class="swatch" style="background:${segmentColor(this.segment)}"></span>
        <input type="number" min="0" max=${MOST_SEGMENTS - 1} .value=${String(this.segment)} data-role="segment" @change=${this.setSegment} />
      </label>
      <button type="button" ?disabled=${free >= MOST_SEGMENTS} @click=${() => (this.segment = free)}>Next number</button>
      <label>Brush
        <input type="range" min="1" max=${Math.round(LARGEST_BRUSH * Math.max(painting.width, painting.height))} .value=${String(this.brush)} @input=${(e: Event) => this.setBrush(Number(textOf(e)))} />
      </label>
      <label class="check"><input type="checkbox" .checked=${this.bucket} @change=${(e: Event) => (this.bucket = checkedOf(e))} />Fill regions</label>
      <button type="button" ?disabled=${this.past.length === 0} @click=${this.undo}>Undo</button>
      ${same ? html`<button type="button" @click=${() => this.beginWith(paintingOf(cut))}>Begin with these superpixels</button>` : nothing}
      <button type="button" @click=${() => this.beginWith(blank(painting.width, painting.height))}>Clear</button>
    </div>`;
  }

  private content(painting: Painting) {
    const { count } = census(painting);
    return html`<div class="body">
      <div
        class="frame"
        role="application"
        tabindex="0"
        aria-label="Paint segments. Arrow keys move the brush, Space paints, Shift with an arrow key paints a line, F fills, [ and ] change the brush, digits choose the segment."
        style="--w:${painting.width};--h:${painting.height}"
        data-version=${this.version}
        @pointerdown=${this.pressed}
        @pointermove=${this.moved}
        @pointerup=${this.released}
        @pointercancel=${this.released}
        @keydown=${this.keyed}
      >
        <canvas id="picture"></canvas>
        <canvas id="labels"></canvas>
        <canvas id="lines"></canvas>
      </div>
      ${this.tools(painting)}
      <p class="small muted" aria-live="polite">
        ${count} ${count === 1 ? "segment" : "segments"}. What is not painted is segment 0. With keys: arrows move, Space paints, Shift+arrow paints a line, F
        fills, [ and ] size the brush.
      </p>
      <div class="row end">
        <button type="button" @click=${this.close}>Close</button>
        <button type="button" class="primary" ?disabled=${count < 2} @click=${this.use}>Use them</button>
      </div>
    </div>`;
  }

  override render() {
    return html`<dialog aria-label="Paint segments" @keydown=${(e: KeyboardEvent) => e.key === "Escape" && e.stopPropagation()}>
      ${this.painting === null ? nothing : this.content(this.painting)}
    </dialog>`;
  }
}
