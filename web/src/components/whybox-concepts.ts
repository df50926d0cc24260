/**
 * The concepts that a network saw, each value with its share; a hand may set them, and the prediction follows.
 *
 * @prop shown    concepts, what was seen and what stands there now
 * @fires concept detail: { id, index, share }
 * @fires reset   detail: a concept's id, or undefined for all
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { type Concept, likeliest, sharesOf, type ShownConcepts } from "../client/concepts";
import { formatPercent } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";

/** Detail of the event. */
export interface ConceptChange {
  readonly id: string;
  readonly index: number;
  readonly share: number;
}

@customElement("whybox-concepts")
export class WhyboxConcepts extends LitElement {
  static override styles = [
    shared,
    css`
      .concepts {
        display: grid;
        gap: 0.15rem;
      }
      summary {
        color: inherit;
        padding: 0.25rem 0;
      }
      summary .said {
        float: right;
        max-width: 60%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .hand {
        color: var(--warm);
      }
      .values {
        display: grid;
        gap: 0.1rem;
        padding-left: 0.4rem;
      }
      .value {
        display: grid;
        grid-template-columns: minmax(0, 6.5rem) minmax(0, 1fr) 3.6rem;
        gap: 0.5rem;
        align-items: center;
      }
      .value button {
        min-height: 1.8rem;
        padding: 0 0.4rem;
        border-color: transparent;
        background: none;
        justify-content: start;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .value button[aria-pressed="true"] {
        background: var(--accent-soft);
        font-weight: 600;
      }
      .value .number {
        text-align: right;
      }
      .back {
        justify-self: start;
        min-height: 1.8rem;
      }
    `,
  ];

  @property({ attribute: false }) shown!: ShownConcepts;

  private send(id: string, index: number, share: number): void {
    emit(this, "concept", { id, index, share } satisfies ConceptChange);
  }

  private value(concept: Concept, name: string, index: number, shares: readonly number[]) {
    const share = shares[index] ?? 0;
    return html`<div class="value small">
      <button
        type="button"
        aria-pressed=${index === likeliest(shares)}
        title="${concept.name}: ${name}, and nothing else"
        @click=${() => this.send(concept.id, index, 1)}
      >
        ${name}
      </button>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        aria-label="${concept.name}: ${name}"
        .value=${live(String(share))}
        @input=${(e: Event) => this.send(concept.id, index, Number(textOf(e)))}
      />
      <span class="number">${formatPercent(share)}</span>
    </div>`;
  }

  private concept(concept: Concept, place: number) {
    const { seen, values, byHand } = this.shown;
    const shares = sharesOf(concept, values);
    const best = likeliest(shares);
    const hand = byHand.has(concept.id);
    const saw = sharesOf(concept, seen);
    const was = likeliest(saw);
    return html`<details data-concept=${concept.id} ?open=${place < 2}>
      <summary>
        ${concept.name}
        <span class="said number ${hand ? "hand" : ""}" data-role="said"><strong>${concept.values[best]}</strong> ${formatPercent(shares[best] ?? 0)}</span>
      </summary>
      <div class="values">
        ${concept.values.map((name, index) => this.value(concept, name, index, shares))}
        ${hand
          ? html`<button type="button" class="plain small back" @click=${() => emit(this, "reset", concept.id)}>
              As seen: ${concept.values[was]}, ${formatPercent(saw[was] ?? 0)}
            </button>`
          : nothing}
      </div>
    </details>`;
  }

  override render() {
    const { layer, byHand } = this.shown;
    return html`<section class="card" aria-labelledby="title" data-role="concepts">
      <div class="row spread">
        <h2 id="title">Concepts it saw</h2>
        <button type="button" class="plain small" data-role="as-seen" ?disabled=${byHand.size === 0} @click=${() => emit(this, "reset")}>All as seen</button>
      </div>
      <p class="small muted">The class is made from these alone. Set one by hand, and the prediction follows.</p>
      <div class="concepts">
        ${repeat(
          layer.concepts,
          ({ id }) => id,
          (concept, place) => this.concept(concept, place),
        )}
      </div>
    </section>`;
  }
}
