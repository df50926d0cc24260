/**
 * Where relevance goes on its way from the score to the picture: one bar per layer, the rule that made it, the score as a line to
 * compare with. A table for those who listen, scrollable by keyboard where a network is deep.
 *
 * @prop heatmap  the map with its layers; the element shows nothing for one without
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { type Conservation, conservationOf, type ConservationRow } from "../client/conservation";
import { remembering } from "../client/remember";
import type { Heatmap } from "../../../wasm/whybox";
import { formatNumber, formatSigned } from "../paint/numbers";
import { shared } from "../styles/shared";

@customElement("whybox-conservation")
export class WhyboxConservation extends LitElement {
  static override styles = [
    shared,
    css`
      .scroll {
        max-height: 26rem;
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: 8px;
      }
      table {
        width: 100%;
        table-layout: fixed;
        border-collapse: collapse;
        font-size: 0.82rem;
      }
      th,
      td {
        padding: 0.35rem 0.6rem;
        text-align: left;
        vertical-align: top;
        font-weight: 400;
        overflow-wrap: anywhere;
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--sunken);
        color: var(--muted);
      }
      tbody tr + tr > * {
        border-top: 1px solid var(--line);
      }
      .layer {
        width: 36%;
      }
      .rule {
        width: 24%;
      }
      .op {
        display: block;
        color: var(--muted);
        font-size: 0.76rem;
      }
      .bar {
        position: relative;
        height: 10px;
        margin: 0.3rem 0 0.25rem;
        background: var(--sunken);
        border-radius: 2px;
      }
      .bar span {
        position: absolute;
        inset-block: 0;
        border-radius: 2px;
        background: var(--accent);
      }
      .bar .against {
        background: var(--warm);
      }
      .bar i {
        position: absolute;
        inset-block: -3px;
        width: 0;
        border-left: 1px solid var(--line-strong);
      }
      .bar i.score {
        border-left: 2px dotted var(--ink);
      }
      .numbers {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.6rem;
        justify-content: space-between;
        font-variant-numeric: tabular-nums;
      }
      .notable {
        color: var(--warm);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) heatmap: Heatmap | null = null;
  private readonly of = remembering((heatmap: Heatmap) => conservationOf(heatmap));

  private row(row: ConservationRow, { zero, full }: Conservation) {
    const { from, to } = row.bar;
    const sign = row.relevance < 0 ? "against" : "for";
    return html`<tr>
      <th scope="row" title=${row.path}>${row.name} <span class="op">${row.op}</span></th>
      <td>${row.rule}</td>
      <td>
        <div class="bar" aria-hidden="true">
          <span class=${sign} style="left:${100 * from}%;width:${100 * (to - from)}%"></span>
          <i style="left:${100 * zero}%"></i><i class="score" style="left:calc(${100 * full}% - 1px)"></i>
        </div>
        <div class="numbers">
          <span>${formatNumber(row.relevance)}</span>
          ${row.notable ? html`<span class="notable"><span class="visually-hidden">changed by</span> ${formatSigned(row.change)}</span>` : nothing}
        </div>
      </td>
    </tr>`;
  }

  override render() {
    const conservation = this.heatmap === null ? null : this.of(this.heatmap);
    if (conservation === null) return nothing;
    const { rows, score, arrived } = conservation;
    const share = score === 0 ? "" : `, ${((100 * arrived) / score).toFixed(1).replace("-", "−")} % of it`;
    return html`<section class="card" aria-labelledby="title" data-role="conservation">
      <h2 id="title">Where relevance goes</h2>
      <p class="small">
        The score is <strong class="number">${formatNumber(score)}</strong>; <strong class="number">${formatNumber(arrived)}</strong> arrives at the
        picture${share}. <span class="muted">A rule that conserves would bring every bar to the dotted line, which is the score.</span>
      </p>
      <div class="scroll" role="region" aria-label="Relevance by layer" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col" class="layer">Layer, the output first</th>
              <th scope="col" class="rule">Rule</th>
              <th scope="col">Relevance below it</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.row(row, conservation))}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}
