/**
 * What is explained: a class, perhaps rather than another one, or one unit of a layer.
 *
 * @prop model       the network, for its layers
 * @prop prediction  its classes, the most probable first
 * @prop choice      what is chosen
 * @fires target     detail: TargetChoice
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { live } from "lit/directives/live.js";
import type { ModelInfo, Prediction } from "../../../wasm/whybox";
import { unitLayerOptions } from "../client/controls";
import { type ClassChoice, type Extent, extentOf, firstUnit, MOST_PROBABLE, movedTo, type TargetChoice, type UnitChoice } from "../client/target";
import { formatPercent } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";

@customElement("whybox-target")
export class WhyboxTarget extends LitElement {
  static override styles = [
    shared,
    css`
      .fields {
        display: grid;
        gap: 0.7rem;
      }
      .field {
        display: grid;
        gap: 0.2rem;
        font-size: 0.88rem;
      }
      .pair {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 7rem;
        gap: 0.7rem;
        align-items: center;
        font-size: 0.88rem;
      }
      .place {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.7rem;
      }
      .place .pair {
        grid-template-columns: minmax(0, 1fr);
        gap: 0.2rem;
      }
      .wrong {
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) prediction: Prediction | null = null;
  @property({ attribute: false }) choice: TargetChoice = MOST_PROBABLE;
  /** Why the number that was typed last cannot be used. */
  @state() private wrong = "";
  /** What was chosen of the other kind, to come back to. */
  private left: { class: ClassChoice; unit: UnitChoice | null } = { class: MOST_PROBABLE, unit: null };

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("model")) this.left = { class: MOST_PROBABLE, unit: null };
  }

  private send(choice: TargetChoice): void {
    this.wrong = "";
    emit(this, "target", choice);
  }

  private turnTo(kind: TargetChoice["kind"]): void {
    const { model, choice } = this;
    if (model === null || kind === choice.kind) return;
    this.left = { ...this.left, [choice.kind]: choice };
    const back = kind === "class" ? this.left.class : (this.left.unit ?? firstUnit(model));
    if (back !== null) this.send(back);
  }

  /** A whole number 0..most, or a sentence. */
  private number(label: string, most: number, value: number, take: (value: number) => void) {
    const changed = (event: Event): void => {
      const wanted = textOf(event).trim() === "" ? Number.NaN : Number(textOf(event));
      if (Number.isInteger(wanted) && wanted >= 0 && wanted <= most) take(wanted);
      else this.wrong = `${label} must be a whole number from 0 to ${most}.`;
    };
    return html`<label class="pair"
      ><span>${label} <span class="muted number">0 – ${most}</span></span>
      <input type="number" min="0" max=${most} step="1" .value=${live(String(value))} data-role=${label.toLowerCase()} @change=${changed} />
    </label>`;
  }

  private classFields(choice: ClassChoice) {
    const all = this.prediction?.top ?? [];
    const target = choice.index ?? all[0]?.index;
    const option = ({ index, label, probability }: Prediction["top"][number]) =>
      html`<option value=${index} ?selected=${index === choice.versus}>${label} (${formatPercent(probability)})</option>`;
    // A thousand classes are a thousand options: made anew only when they change.
    const options = guard([this.prediction, target, choice.versus], () => all.filter(({ index }) => index !== target).map(option));
    const take = (event: Event): void => this.send({ ...choice, index: target ?? null, versus: textOf(event) === "" ? null : Number(textOf(event)) });
    return html`<label class="field"
      ><span>Rather than</span>
      <select data-role="versus" ?disabled=${all.length < 2} @change=${take}>
        <option value="" ?selected=${choice.versus === null}>– (the class by itself)</option>
        ${options}
      </select>
      <span class="small muted">
        ${choice.versus === null ? "Choose the class above. Set it against another to ask what tells the two apart." : "The difference of the two scores is explained."}
      </span>
    </label>`;
  }

  private place(choice: UnitChoice, { rows, columns }: Extent) {
    const radio = (name: string, at: UnitChoice["at"]) =>
      html`<label
        ><input type="radio" name="at" .checked=${live((choice.at === null) === (at === null))} @change=${() => this.send({ ...choice, at })} />${name}</label
      >`;
    const middle = { row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
    const at = choice.at;
    return html`<div class="segments" role="radiogroup" aria-label="Place of the unit">${radio("Where it is strongest", null)} ${radio("At", at ?? middle)}</div>
      ${at === null
        ? nothing
        : html`<div class="place">
            ${this.number("Row", rows - 1, at.row, (row) => this.send({ ...choice, at: { ...at, row } }))}
            ${this.number("Column", columns - 1, at.column, (column) => this.send({ ...choice, at: { ...at, column } }))}
          </div>`}`;
  }

  private unitFields(choice: UnitChoice, model: ModelInfo) {
    const layer = model.layers.find(({ name }) => name === choice.layer);
    if (layer === undefined) return nothing;
    const extent = extentOf(layer);
    const take = (event: Event): void => {
      const chosen = model.layers.find(({ name }) => name === textOf(event));
      if (chosen !== undefined) this.send(movedTo(chosen, choice));
    };
    return html`<label class="field"
        ><span>Layer</span>
        <select data-role="unit-layer" @change=${take}>
          ${unitLayerOptions(model).map(({ value, text }) => html`<option value=${value} ?selected=${value === choice.layer}>${text}</option>`)}
        </select>
      </label>
      ${this.number("Channel", extent.channels - 1, choice.channel, (channel) => this.send({ ...choice, channel }))}
      ${layer.spatial ? this.place(choice, extent) : nothing}`;
  }

  override render() {
    const { choice, model } = this;
    const radio = (kind: TargetChoice["kind"], name: string) =>
      html`<label><input type="radio" name="kind" value=${kind} .checked=${live(choice.kind === kind)} @change=${() => this.turnTo(kind)} />${name}</label>`;
    return html`<section class="card" aria-labelledby="title">
      <div class="row spread">
        <h2 id="title">What is explained</h2>
        <div class="segments" role="radiogroup" aria-labelledby="title">${radio("class", "A class")} ${radio("unit", "A unit")}</div>
      </div>
      <div class="fields">
        ${choice.kind === "class" ? this.classFields(choice) : model === null ? nothing : this.unitFields(choice, model)}
        ${this.wrong === "" ? nothing : html`<p class="small wrong" role="alert">${this.wrong}</p>`}
      </div>
    </section>`;
  }
}
