/**
 * What switching superpixels does: the network's probability beside the surrogate's prediction, and switches for many at once.
 *
 * @prop target       what was explained; superpixels answer for classes only
 * @prop superpixels  weights and count
 * @prop switches     flags and the network's answer
 * @fires all   detail: boolean
 * @fires best  detail: how many to keep
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Superpixels } from "../../../wasm/whybox";
import type { Switches } from "../client/switchboard";
import { type Explained, isUnit, targetName } from "../client/target";
import { formatPercent } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";

const FIRST_BEST = 5;

@customElement("whybox-switchboard")
export class WhyboxSwitchboard extends LitElement {
  static override styles = [
    shared,
    css`
      .board {
        display: grid;
        gap: 0.6rem;
        padding: 0.75rem 0.9rem;
        border-radius: 10px;
        background: color-mix(in oklab, var(--sunken) 55%, var(--surface));
      }
      .bars {
        display: grid;
        grid-template-columns: auto 1fr 4.6rem;
        gap: 0.45rem 0.8rem;
        align-items: center;
        font-size: 0.88rem;
      }
      .bar {
        height: 12px;
        border-radius: 6px;
        background: color-mix(in oklab, var(--ink) 9%, transparent);
        overflow: hidden;
      }
      .bar span {
        display: block;
        height: 100%;
        background: var(--accent);
        transition: width 0.15s;
      }
      .bar.surrogate span {
        background: var(--warm);
      }
      .value {
        text-align: right;
        font-variant-numeric: tabular-nums;
        font-weight: 600;
      }
      .best {
        display: inline-flex;
        gap: 0.4rem;
        align-items: center;
      }
      .best input {
        width: 4.2rem;
      }
      .switches {
        justify-content: space-between;
      }
    `,
  ];

  @property({ attribute: false }) target: Explained | null = null;
  @property({ attribute: false }) superpixels: Superpixels | null = null;
  @property({ attribute: false }) switches: Switches | null = null;
  @state() private best = FIRST_BEST;

  /** The number in question: a probability, or the difference of two. */
  private asked(probabilities: Float32Array | undefined): number | undefined {
    const { target } = this;
    if (probabilities === undefined || target === null || isUnit(target)) return undefined;
    const of = (index: number): number => probabilities[index] ?? 0;
    return of(target.index) - (target.versus === undefined ? 0 : of(target.versus.index));
  }

  private bar(name: string, kind: string, value: number | undefined) {
    const lowest = this.target !== null && !isUnit(this.target) && this.target.versus !== undefined ? -1 : 0;
    // A surrogate is a straight line: it may leave the range; its number is shown as it is, its bar ends at the edge.
    const place = (number: number): number => (100 * (Math.min(1, Math.max(lowest, number)) - lowest)) / (1 - lowest);
    const [from, to] = [place(0), place(value ?? 0)];
    const text = value === undefined ? "…" : value < 0 || value > 1 ? `${(100 * value).toFixed(1).replace("-", "−")} %` : formatPercent(value);
    return html`<span id=${kind}>${name}</span>
      <div class="bar ${kind}" role="meter" aria-labelledby=${kind} aria-valuemin=${lowest} aria-valuemax="1" aria-valuenow=${value ?? 0}>
        <span style="margin-left:${Math.min(from, to)}%;width:${Math.abs(to - from)}%"></span>
      </div>
      <span class="value" data-role=${kind}>${text}</span>`;
  }

  private keepBest = (): void => emit(this, "best", this.best);

  private setBest = (event: Event): void => {
    this.best = Math.max(1, Math.floor(Number(textOf(event))) || 1);
    this.keepBest();
  };

  override render() {
    const { switches, superpixels, target } = this;
    if (switches === null || superpixels === null || target === null) return nothing;
    const { on, view } = switches;
    const count = on.reduce((sum, flag) => sum + flag, 0);
    return html`<div class="board">
      <p class="small"><strong>${targetName(target)}</strong> <span class="muted">with ${count} of ${on.length} superpixels on</span></p>
      <div class="bars">
        ${this.bar("Network", "network", this.asked(view?.probabilities))} ${this.bar("Surrogate", "surrogate", view?.surrogate)}
      </div>
      <div class="row switches">
        <span class="row">
          <button type="button" @click=${() => emit(this, "all", true)}>All</button>
          <button type="button" @click=${() => emit(this, "all", false)}>None</button>
        </span>
        <span class="best">
          <button type="button" @click=${this.keepBest}>Only the best</button>
          <input type="number" min="1" max=${on.length} .value=${String(this.best)} aria-label="How many of the best" @change=${this.setBest} />
        </span>
      </div>
    </div>`;
  }
}
