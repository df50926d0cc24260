/**
 * "This looks like that": a network's prototypes as crops, how much the picture looks like each, and what that adds to a class.
 *
 * @prop shown    prototypes and their similarities
 * @prop target   index of the class in question
 * @prop label    its name
 * @prop base     address of the folder models/
 * @prop chosen   channel whose map is shown, or null
 * @fires prototype  detail: a channel, or null for none
 */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { type PrototypeRow, rowsFor, type ShownPrototypes } from "../client/prototypes";
import { formatPercent, formatSigned } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit } from "./events";

const FEW = 6;

@customElement("whybox-prototypes")
export class WhyboxPrototypes extends LitElement {
  static override styles = [
    shared,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(88px, 1fr));
        gap: 0.5rem;
      }
      li button {
        display: grid;
        gap: 0.1rem;
        width: 100%;
        padding: 0.3rem;
        text-align: left;
        justify-items: start;
        justify-content: stretch;
      }
      li button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      img {
        width: 100%;
        aspect-ratio: 1;
        object-fit: contain;
        border-radius: 5px;
        background: var(--sunken);
        image-rendering: auto;
      }
      .against {
        color: var(--warm);
      }
    `,
  ];

  @property({ attribute: false }) shown!: ShownPrototypes;
  @property({ type: Number }) target = 0;
  @property() label = "";
  @property() base = "";
  @property({ attribute: false }) chosen: number | null = null;
  @state() private more = false;

  private row({ prototype, similarity, adds }: PrototypeRow) {
    const { index, file } = prototype;
    const pressed = this.chosen === index;
    return html`<li>
      <button
        type="button"
        data-prototype=${index}
        aria-pressed=${pressed}
        aria-label="Prototype ${index + 1}: similarity ${formatPercent(similarity)}, adds ${formatSigned(adds)} to ${this.label}"
        title="Show where the picture looks like it"
        @click=${() => emit(this, "prototype", pressed ? null : index)}
      >
        <img src=${new URL(file, this.base).href} alt="" loading="lazy" />
        <span class="small number">${formatPercent(similarity)}</span>
        <span class="small number ${adds < 0 ? "against" : "muted"}">${formatSigned(adds)}</span>
      </button>
    </li>`;
  }

  override render() {
    const rows = rowsFor(this.shown, this.target);
    const shown = this.more ? rows : rows.slice(0, FEW);
    return html`<section class="card" aria-labelledby="title" data-role="prototypes">
      <h2 id="title">This looks like that</h2>
      <p class="small muted">
        Pieces of training pictures, how much the picture looks like each at its most similar place, and what that adds to the logit of
        <strong>${this.label}</strong>. Choose one to see where.
      </p>
      <ol>
        ${repeat(
          shown,
          ({ prototype }) => prototype.index,
          (row) => this.row(row),
        )}
      </ol>
      ${rows.length <= FEW
        ? ""
        : html`<button type="button" class="plain" aria-expanded=${this.more} @click=${() => (this.more = !this.more)}>
            ${this.more ? "Fewer" : `All ${rows.length} prototypes`}
          </button>`}
    </section>`;
  }
}
