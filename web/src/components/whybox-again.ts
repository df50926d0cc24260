/**
 * The same question with other seeds: the mean of their maps, how far they are apart, and which superpixels change their sign.
 *
 * @prop picture     what was explained
 * @prop answer      the present explanation
 * @prop runs        what its seeds have said so far, or null
 * @prop running     when they began and how far they are, or null
 * @prop methodName  of the answer
 * @fires again   detail: how many seeds
 * @fires cancel
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { verdict } from "../client/again";
import type { Answer } from "../client/state";
import { putPixels, sharpContext, strokeSegments } from "../paint/canvas";
import { colorTable, findColorMap, rangeOf } from "../paint/colormaps";
import { formatNumber, formatSigned } from "../paint/numbers";
import { paintOverlay } from "../paint/overlay";
import { outlineSegments } from "../paint/superpixels";
import type { MapKind, Picture, Runs, Superpixels } from "../../../wasm/whybox";
import { frameStyles } from "../styles/frame";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";
import "./whybox-progress";
import { RepaintOnResize } from "./repaint";

const FIRST_COUNT = 5;
const MOST_COUNT = 100;
/** More bars than fit beside a picture nobody compares. */
const MOST_BARS = 12;

interface Row {
  readonly index: number;
  readonly mean: number;
  readonly spread: number;
  readonly positive: number;
  readonly negative: number;
}

/** The superpixels with the largest means, the largest first. */
export function rowsOf({ superpixels }: Runs, most: number): Row[] {
  if (superpixels === undefined) return [];
  const at = (list: readonly number[], i: number): number => list[i] ?? 0;
  const rows = superpixels.mean.map((mean, index) => ({
    index,
    mean,
    spread: at(superpixels.spread, index),
    positive: at(superpixels.positive, index),
    negative: at(superpixels.negative, index),
  }));
  return rows.sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean)).slice(0, most);
}

type View = "mean" | "spread";

@customElement("whybox-again")
export class WhyboxAgain extends LitElement {
  static override styles = [
    shared,
    frameStyles,
    css`
      .ask {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 0.7rem;
        align-items: center;
      }
      .ask input {
        width: 4.2rem;
      }
      .found {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr);
        gap: 0.9rem;
        align-items: start;
      }
      .found.alone {
        grid-template-columns: minmax(0, 1fr);
      }
      .frame {
        --tall: min(40vh, 380px);
      }
      #map {
        opacity: 0.8;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.2rem;
        font-size: 0.82rem;
      }
      li {
        display: grid;
        grid-template-columns: 2.2rem 1fr 8.4rem;
        gap: 0.5rem;
        align-items: center;
        border-radius: 5px;
      }
      li:hover,
      li:focus-visible {
        background: var(--sunken);
      }
      .scale {
        position: relative;
        height: 14px;
        border-radius: 4px;
        background: color-mix(in oklab, var(--ink) 7%, transparent);
      }
      .scale span {
        position: absolute;
        top: 0;
        bottom: 0;
      }
      .bar {
        background: var(--accent);
      }
      .bar.against {
        background: var(--warm);
      }
      .whisker {
        top: 6px !important;
        bottom: 6px !important;
        background: var(--ink);
      }
      .zero {
        width: 1px;
        background: var(--line-strong);
      }
      .value {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      .flip {
        display: block;
        color: var(--danger);
        font-weight: 600;
      }
      @media (max-width: 620px) {
        .found {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) picture: Picture | null = null;
  @property({ attribute: false }) answer: Answer | null = null;
  @property({ attribute: false }) runs: Runs | null = null;
  @property({ attribute: false }) running: { readonly since: number; readonly progress: number } | null = null;
  @property() methodName = "";
  @state() private count = FIRST_COUNT;
  @state() private view: View = "mean";
  @state() private marked = -1;
  @query("#picture") private pictureCanvas!: HTMLCanvasElement | null;
  @query("#map") private mapCanvas!: HTMLCanvasElement | null;
  @query("#lines") private lines!: HTMLCanvasElement | null;

  constructor() {
    super();
    new RepaintOnResize(this, () => this.paintLines());
  }

  private get superpixels(): Superpixels | null {
    return this.runs?.superpixels === undefined ? null : (this.answer?.superpixels ?? null);
  }

  override updated(changed: PropertyValues): void {
    const { picture, runs } = this;
    if (picture === null || runs === null || this.pictureCanvas === null) return;
    putPixels(this.pictureCanvas, picture.width, picture.height, picture.rgba);
    if (changed.has("runs") || changed.has("view")) this.paintMap(runs);
    this.paintLines();
  }

  private paintMap(runs: Runs): void {
    if (this.mapCanvas === null) return;
    const kind: MapKind = this.view === "spread" ? "unsigned" : (this.answer?.heatmap.map ?? "signed");
    const { values, min, max, width, height } = runs[this.view];
    const style = { kind, range: rangeOf(kind, min, max), table: colorTable(findColorMap(kind, undefined)), fade: true } as const;
    putPixels(this.mapCanvas, width, height, paintOverlay(values, style));
  }

  /** Superpixels that flip are outlined; the one that is pointed at among the bars stands out. */
  private paintLines(): void {
    const { superpixels, runs } = this;
    const context = this.lines === null ? null : sharpContext(this.lines);
    if (context === null || superpixels === null || runs?.superpixels === undefined) return;
    for (const index of runs.superpixels.flips)
      strokeSegments(context, outlineSegments(superpixels, index), superpixels, [
        { color: "white", width: 3.5 },
        { color: "#d6204e", width: 1.75 },
      ]);
    if (this.marked >= 0)
      strokeSegments(context, outlineSegments(superpixels, this.marked), superpixels, [
        { color: "black", width: 5 },
        { color: "#ffe066", width: 2.5 },
      ]);
  }

  private setCount = (event: Event): void => {
    this.count = Math.min(MOST_COUNT, Math.max(2, Math.floor(Number(textOf(event))) || FIRST_COUNT));
  };

  private row(row: Row, reach: number) {
    const place = (value: number): number => 50 + (50 * Math.min(reach, Math.max(-reach, value))) / reach;
    const [from, to] = [place(0), place(row.mean)];
    const [low, high] = [place(row.mean - row.spread), place(row.mean + row.spread)];
    const flips = row.positive > 0 && row.negative > 0;
    const mark = (on: boolean): void => {
      this.marked = on ? row.index : -1;
    };
    return html`<li
      tabindex="0"
      @pointerenter=${() => mark(true)}
      @pointerleave=${() => mark(false)}
      @focus=${() => mark(true)}
      @blur=${() => mark(false)}
    >
      <span class="muted number">${row.index + 1}</span>
      <span class="scale" aria-hidden="true">
        <span class="bar ${row.mean < 0 ? "against" : ""}" style="left:${Math.min(from, to)}%;width:${Math.abs(to - from)}%"></span>
        <span class="whisker" style="left:${low}%;width:${high - low}%"></span>
        <span class="zero" style="left:50%"></span>
      </span>
      <span class="value"
        >${formatSigned(row.mean)} ± ${formatNumber(row.spread)}
        ${flips ? html`<span class="flip" title="for the class in ${row.positive} runs, against it in ${row.negative}">sign flips</span>` : nothing}</span
      >
    </li>`;
  }

  private bars(runs: Runs) {
    const rows = rowsOf(runs, MOST_BARS);
    if (rows.length === 0) return nothing;
    const reach = Math.max(...rows.map(({ mean, spread }) => Math.abs(mean) + spread)) || 1;
    return html`<div>
      <p class="small muted">Mean weight ± standard deviation over the seeds</p>
      <ol>
        ${rows.map((row) => this.row(row, reach))}
      </ol>
      ${rows.length < (runs.superpixels?.mean.length ?? 0) ? html`<p class="small muted">The ${rows.length} largest of ${runs.superpixels?.mean.length}.</p>` : nothing}
    </div>`;
  }

  private found(runs: Runs) {
    const { width, height } = this.picture ?? { width: 1, height: 1 };
    const radio = (view: View, name: string) =>
      html`<label><input type="radio" name="view" .checked=${this.view === view} @change=${() => (this.view = view)} />${name}</label>`;
    const flips = runs.superpixels !== undefined && runs.superpixels.flips.length > 0;
    return html`<p data-role="verdict">${verdict(runs, this.methodName)}</p>
      ${runs.identical || runs.count < 2
        ? nothing
        : html`<div class="found ${runs.superpixels === undefined ? "alone" : ""}">
            <div>
              <div class="frame" role="img" aria-label=${this.view === "mean" ? "Mean of the maps" : "Standard deviation of the maps"} style="--w:${width};--h:${height}">
                <canvas id="picture"></canvas>
                <canvas id="map"></canvas>
                <canvas id="lines"></canvas>
              </div>
              <div class="segments" role="radiogroup" aria-label="Map of the seeds">${radio("mean", "Mean")} ${radio("spread", "Spread")}</div>
              <p class="small muted">
                ${formatNumber(runs[this.view].min)} to ${formatNumber(runs[this.view].max)}, ${this.answer?.heatmap.unit}${flips ? "; red outlines: the sign flips" : ""}
              </p>
            </div>
            ${this.bars(runs)}
          </div>`}`;
  }

  override render() {
    const { answer, runs, running } = this;
    if (answer === null) return nothing;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Run again</h2>
      <p class="small muted">Would another seed have said the same? The same question again, with other random numbers.</p>
      ${running === null
        ? html`<div class="ask">
            <label class="row small"
              >Seeds <input type="number" min="2" max=${MOST_COUNT} .value=${String(this.count)} data-role="seeds" @change=${this.setCount}
            /></label>
            <button type="button" data-role="again" ?disabled=${!answer.finished} @click=${() => emit(this, "again", this.count)}>Run again</button>
          </div>`
        : html`<whybox-progress .running=${running}></whybox-progress>`}
      ${runs === null ? nothing : this.found(runs)}
    </section>`;
  }
}
