/**
 * What a method knows besides its map, how long it took, and files to take away.
 *
 * @prop answer  the explanation
 * @fires save   detail: "png" or "json"
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { type FindingRow, findingRows } from "../client/findings";
import type { Answer } from "../client/state";
import { formatDuration } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-findings")
export class WhyboxFindings extends LitElement {
  static override styles = [
    shared,
    css`
      .note {
        display: block;
        color: var(--muted);
        font-size: 0.78rem;
        max-width: 11rem;
      }
      .doubtful {
        color: var(--danger);
        font-weight: 600;
      }
      .doubtful .note {
        color: inherit;
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) answer: Answer | null = null;

  private row({ label, text, note, doubtful }: FindingRow) {
    return html`<dt>${label}</dt>
      <dd class=${doubtful ? "doubtful" : ""}>${text} ${note === null ? nothing : html`<span class="note">${note}</span>`}</dd>`;
  }

  override render() {
    const { answer } = this;
    if (answer === null) return nothing;
    const { heatmap, finished, milliseconds, progress } = answer;
    return html`<section class="card" aria-labelledby="title">
      <div class="row spread">
        <h2 id="title">Findings</h2>
        <span class="row">
          <button type="button" @click=${() => emit(this, "save", "png")}>Save picture</button>
          <button type="button" @click=${() => emit(this, "save", "json")}>Save settings</button>
        </span>
      </div>
      <dl class="facts">
        ${findingRows(heatmap.findings).map((row) => this.row(row))}
        <dt>State</dt>
        <dd>${finished ? "finished" : `at ${Math.floor(100 * progress)} %`}</dd>
        ${milliseconds === null ? nothing : html`<dt>Time</dt><dd>${formatDuration(milliseconds)}</dd>`}
      </dl>
    </section>`;
  }
}
