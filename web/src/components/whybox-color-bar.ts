/**
 * The scale of a map: its colours, both ends as numbers, round numbers between, the unit.
 *
 * @prop map    colour map
 * @prop range  the numbers at its ends
 * @prop unit   of the numbers
 */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ColorMap, Range } from "../paint/colormaps";
import { ticksOf } from "../paint/scale";
import { shared } from "../styles/shared";

const STOPS = 24;

@customElement("whybox-color-bar")
export class WhyboxColorBar extends LitElement {
  static override styles = [
    shared,
    css`
      .bar {
        height: 10px;
        border-radius: 5px;
      }
      .ticks {
        position: relative;
        height: 1.4rem;
        margin-top: 0.15rem;
      }
      .ticks span {
        position: absolute;
        transform: translateX(-50%);
        white-space: nowrap;
      }
      .ticks span:first-child {
        transform: none;
      }
      .ticks span:last-child {
        transform: translateX(-100%);
      }
    `,
  ];

  @property({ attribute: false }) map!: ColorMap;
  @property({ attribute: false }) range!: Range;
  @property() unit = "";

  override render() {
    const stops = Array.from({ length: STOPS + 1 }, (_, i) => this.map.at(i / STOPS)).join(",");
    const ticks = ticksOf(this.range);
    const ends = `from ${ticks[0]?.text ?? ""} to ${ticks.at(-1)?.text ?? ""} ${this.unit}`;
    return html`<div role="img" aria-label="Colour scale ${ends}">
      <div class="bar" style="background:linear-gradient(90deg,${stops})"></div>
      <div class="ticks small number">${ticks.map(({ at, text }) => html`<span style="left:${100 * at}%">${text}</span>`)}</div>
      <div class="small muted">${this.unit}</div>
    </div>`;
  }
}
