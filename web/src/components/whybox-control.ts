/**
 * One parameter as a form control, made from its description in the registry.
 *
 * @prop control  what to draw (client/controls.ts)
 * @prop value    its present value
 * @prop refusal  why the core did not take it, or null
 * @prop live     tell of a slider's every place while it is moved
 * @fires param   detail: { id, value }, and held while a slider has not been let go
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { ParamValue } from "../../../wasm/whybox";
import { complaint, type Control } from "../client/controls";
import { shared } from "../styles/shared";
import { checkedOf, emit, textOf } from "./events";

/** What a number field shows: a power of ten where zeros would not fit. */
const fieldText = (value: ParamValue): string =>
  typeof value === "number" && value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace("e+", "e") : String(value);

@customElement("whybox-control")
export class WhyboxControl extends LitElement {
  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 0.6rem;
        margin-bottom: 0.15rem;
        font-size: 0.88rem;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 5.2rem;
        gap: 0.7rem;
        align-items: center;
      }
      .wrong {
        color: var(--danger);
        overflow-wrap: anywhere;
      }
      textarea {
        display: block;
        width: 100%;
        min-height: 3.4rem;
        resize: vertical;
        font-family: var(--mono);
        font-size: 0.82rem;
      }
      textarea[aria-invalid="true"] {
        border-color: var(--danger);
      }
      p {
        margin-top: 0.1rem;
      }
      #help::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  @property({ attribute: false }) control!: Control;
  @property({ attribute: false }) value: ParamValue = 0;
  @property({ attribute: false }) refusal: string | null = null;
  @property({ type: Boolean }) live = false;

  private send(value: ParamValue): void {
    emit(this, "param", { id: this.control.param.id, value });
  }

  private sendNumber = (event: Event): void => {
    const text = textOf(event).trim();
    this.send(text === "" ? Number.NaN : Number(text));
  };

  private slide = (event: Event): void => {
    this.value = Number(textOf(event));
    if (this.live) emit(this, "param", { id: this.control.param.id, value: this.value, held: true });
  };

  /** Leaving the field after Enter is no second answer. */
  private sendText = (event: Event): void => {
    if (textOf(event) !== this.value) this.send(textOf(event));
  };

  /** Enter is an answer, not a second line. */
  private entered = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    this.sendText(event);
  };

  private number(min: number, max: number, step: number) {
    return html`<input
      id="input"
      type="number"
      min=${min}
      max=${max}
      step=${step === 1 ? 1 : "any"}
      .value=${fieldText(this.value)}
      aria-describedby="wrong help"
      @change=${this.sendNumber}
    />`;
  }

  private field() {
    const { control, value } = this;
    switch (control.kind) {
      case "slider":
        return html`<div class="pair">
          <input
            type="range"
            aria-label=${control.param.label}
            min=${control.min}
            max=${control.max}
            step=${control.step}
            .value=${String(value)}
            @input=${this.slide}
            @change=${this.sendNumber}
          />
          ${this.number(control.min, control.max, control.step)}
        </div>`;
      case "number":
        return this.number(control.min, control.max, control.step);
      case "select":
        return html`<select id="input" aria-describedby="wrong help" @change=${(e: Event) => this.send(textOf(e))}>
          ${control.options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.text}</option>`)}
        </select>`;
      case "text":
        return html`<textarea
          id="input"
          rows="2"
          spellcheck="false"
          autocapitalize="off"
          aria-describedby="wrong help"
          aria-invalid=${this.refusal !== null}
          .value=${live(String(value))}
          @change=${this.sendText}
          @keydown=${this.entered}
        ></textarea>`;
      case "checkbox":
        return html`<label class="check">
          <input id="input" type="checkbox" .checked=${value === true} @change=${(e: Event) => this.send(checkedOf(e))} />
          ${control.param.label}
        </label>`;
    }
  }

  override render() {
    const { param } = this.control;
    const wrong = complaint(param, this.value) ?? this.refusal;
    const head = html`<div class="head">
      <label for="input">${param.label}</label>
      ${param.unit === "" ? nothing : html`<span class="muted small">${param.unit}</span>`}
    </div>`;
    return html`${this.control.kind === "checkbox" ? nothing : head} ${this.field()}
      ${wrong === null ? nothing : html`<p id="wrong" class="small wrong" role="alert" data-role="wrong">${wrong}</p>`}
      <p id="help" class="small muted">${param.help}</p>`;
  }
}
