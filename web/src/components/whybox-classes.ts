/**
 * What the network says: the most probable classes as bars, each a button that asks "why this one?".
 *
 * @prop prediction  all classes, the most probable first
 * @prop byHand      whether it follows from concepts that a hand has set
 * @prop choice      what is explained
 * @prop cues        what in the scene speaks for a class, by its index
 * @prop truth       name of the class a generated scene was drawn for, if known
 * @fires target     detail: TargetChoice
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ClassScore, Prediction } from "../../../wasm/whybox";
import { verdict } from "../client/cues";
import { MOST_PROBABLE, type TargetChoice } from "../client/target";
import { formatPercent } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";

const FEW = 5;
const MORE = 50;

@customElement("whybox-classes")
export class WhyboxClasses extends LitElement {
  static override styles = [
    shared,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.3rem;
      }
      ol.long {
        max-height: 22rem;
        overflow-y: auto;
      }
      li button {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.1rem 0.6rem;
        width: 100%;
        padding: 0.4rem 0.6rem 0.5rem;
        border-color: transparent;
        background: none;
        text-align: left;
      }
      li button[aria-pressed="true"] {
        background: var(--accent-soft);
      }
      .label {
        overflow-wrap: anywhere;
        min-width: 0;
      }
      [aria-pressed="true"] .label {
        font-weight: 600;
      }
      .bar {
        grid-column: 1 / -1;
        height: 6px;
        border-radius: 3px;
        background: var(--sunken);
        overflow: hidden;
      }
      [aria-pressed="true"] .bar {
        background: color-mix(in oklab, var(--accent) 18%, transparent);
      }
      .bar span {
        display: block;
        height: 100%;
        border-radius: 3px;
        background: var(--accent);
        transition: width 0.2s;
      }
      input {
        width: 100%;
      }
      .cue {
        margin-left: 0.3rem;
        padding: 0.05rem 0.45rem;
        border-radius: 99px;
        border: 1px solid var(--warm);
        color: var(--warm);
        font-size: 0.74rem;
        font-weight: 500;
      }
      .warm {
        color: var(--warm);
      }
    `,
  ];

  @property({ attribute: false }) prediction: Prediction | null = null;
  @property({ type: Boolean }) byHand = false;
  @property({ attribute: false }) choice: TargetChoice = MOST_PROBABLE;
  @property({ attribute: false }) truth: string | null = null;
  @property({ attribute: false }) cues: ReadonlyMap<number, readonly string[]> = new Map();
  @state() private more = false;
  @state() private sought = "";

  private shown(all: readonly ClassScore[]): readonly ClassScore[] {
    // What a cue speaks for is shown however far down it stands.
    if (!this.more) return all.filter(({ index }, place) => place < FEW || this.cues.has(index));
    const sought = this.sought.trim().toLowerCase();
    return all.filter(({ label, index }) => label.toLowerCase().includes(sought) || String(index) === sought).slice(0, MORE);
  }

  /** Another class in the place of the present one; what it is set against stays where it makes sense. */
  private ask(index: number): void {
    const versus = this.choice.kind === "class" && this.choice.versus !== index ? this.choice.versus : null;
    emit(this, "target", { kind: "class", index, versus } satisfies TargetChoice);
  }

  private bar({ index, label, probability }: ClassScore, target: number | null) {
    const versus = this.choice.kind === "class" && this.choice.versus === index;
    return html`<li>
      <button type="button" aria-pressed=${index === target} title="Explain this class" @click=${() => this.ask(index)}>
        <span class="label">${versus ? html`<span class="muted">rather than</span> ` : nothing}${label}
          ${this.cues.get(index)?.map((cue) => html`<span class="cue">${cue}</span>`) ?? nothing}</span
        >
        <span class="number">${formatPercent(probability)}</span>
        <span class="bar"><span style="width:${100 * probability}%"></span></span>
      </button>
    </li>`;
  }

  override render() {
    const all = this.prediction?.top ?? [];
    const target = this.choice.kind === "class" ? (this.choice.index ?? all[0]?.index ?? null) : null;
    const told = all[0] === undefined ? null : verdict(this.cues, all[0].index);
    return html`<section class="card" aria-labelledby="title">
      <div class="row spread">
        <h2 id="title">What the network says</h2>
        ${this.truth === null ? nothing : html`<span class="small muted">drawn as “${this.truth}”</span>`}
      </div>
      ${this.byHand ? html`<p class="small warm" role="status" data-role="by-hand">With concepts set by hand.</p>` : nothing}
      ${told === null ? nothing : html`<p class="small" role="status" data-role="verdict">${told}</p>`}
      ${all.length === 0 ? html`<p class="muted small">Nothing yet.</p>` : nothing}
      ${this.more
        ? html`<input type="text" placeholder="Find a class" aria-label="Find a class" .value=${this.sought} @input=${(e: Event) => (this.sought = textOf(e))} />`
        : nothing}
      <ol class=${this.more ? "long" : ""}>
        ${this.shown(all).map((score) => this.bar(score, target))}
      </ol>
      ${all.length > FEW
        ? html`<button type="button" class="plain" aria-expanded=${this.more} @click=${() => (this.more = !this.more)}>
            ${this.more ? "Fewer" : `More of ${all.length} classes`}
          </button>`
        : nothing}
    </section>`;
  }
}
