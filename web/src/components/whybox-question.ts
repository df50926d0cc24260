/**
 * The question: which method, with which parameters. Everything in it comes from the registry.
 *
 * @prop methods, method, params, model, choice, seed, eager, ready
 * @prop refusal  why the question could not be answered, or null
 * @fires method  detail: id
 * @fires param   detail: { id, value }   (from whybox-control)
 * @fires reset, explain
 * @fires about   asks for the method's page
 * @fires seed    detail: number
 * @fires eager   detail: boolean
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Method, ModelInfo, ParamValues } from "../../../wasm/whybox";
import { controlFor } from "../client/controls";
import type { Refusal } from "../client/inquiry";
import { MOST_PROBABLE, type TargetChoice } from "../client/target";
import { shared } from "../styles/shared";
import { checkedOf, emit, textOf } from "./events";
import "./whybox-control";

@customElement("whybox-question")
export class WhyboxQuestion extends LitElement {
  static override styles = [
    shared,
    css`
      .controls {
        display: grid;
        gap: 0.8rem;
      }
      .seed {
        display: grid;
        grid-template-columns: 1fr 7rem;
        align-items: center;
        gap: 0.7rem;
        font-size: 0.88rem;
      }
      .reference {
        border-top: 1px solid var(--line);
        padding-top: 0.7rem;
      }
      button.primary {
        flex: 1;
      }
      .refusal {
        padding: 0.5rem 0.7rem;
        border-radius: 8px;
        background: var(--danger-soft);
        color: var(--danger);
        overflow-wrap: anywhere;
      }
      .about {
        min-height: 0;
        padding: 0;
        font-size: inherit;
      }
    `,
  ];

  @property({ attribute: false }) methods: readonly Method[] = [];
  @property({ attribute: false }) method: Method | null = null;
  @property({ attribute: false }) params: ParamValues = {};
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) choice: TargetChoice = MOST_PROBABLE;
  @property({ attribute: false }) refusal: Refusal | null = null;
  @property({ type: Number }) seed = 0;
  @property({ type: Boolean }) eager = true;
  @property({ type: Boolean }) ready = false;

  private controls(method: Method) {
    return repeat(
      method.params,
      (param) => `${method.id}.${param.id}`,
      (param) =>
        html`<whybox-control
          data-param=${param.id}
          .control=${controlFor(param, this.model, this.choice)}
          .refusal=${this.refusal?.param === param.id ? this.refusal.text : null}
          .value=${this.params[param.id] ?? param.default}
        ></whybox-control>`,
    );
  }

  /** A refusal that no control can show at itself. */
  private refused() {
    const { refusal } = this;
    return refusal === null || refusal.param !== null ? nothing : html`<p class="small refusal" role="alert" data-role="refusal">${refusal.text}</p>`;
  }

  private sendSeed = (event: Event): void => {
    const seed = Number(textOf(event));
    emit(this, "seed", Number.isSafeInteger(seed) && seed >= 0 ? seed : 0);
  };

  private families() {
    const families = [...new Set(this.methods.map((method) => method.family))];
    const option = (method: Method) =>
      html`<option value=${method.id} ?selected=${method.id === this.method?.id}>${method.name}</option>`;
    return families.map(
      (family) =>
        html`<optgroup label=${family}>${this.methods.filter((method) => method.family === family).map(option)}</optgroup>`,
    );
  }

  override render() {
    const { method } = this;
    if (method === null) return html`<section class="card"><h2>Why?</h2></section>`;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Why?</h2>
      <select aria-label="Method" data-role="method" @change=${(e: Event) => emit(this, "method", textOf(e))}>
        ${this.families()}
      </select>
      <p class="small muted">
        ${method.summary} <button type="button" class="plain about" data-role="about" @click=${() => emit(this, "about")}>About it</button>
      </p>
      <div class="row">
        <button type="button" class="primary" ?disabled=${!this.ready} @click=${() => emit(this, "explain")}>Explain</button>
        <button type="button" @click=${() => emit(this, "reset")}>Reset</button>
      </div>
      ${this.refused()}
      <label class="check small">
        <input type="checkbox" .checked=${this.eager} @change=${(e: Event) => emit(this, "eager", checkedOf(e))} />
        Explain at once when something changes
      </label>
      <div class="controls">${this.controls(method)}</div>
      <label class="seed"
        ><span>Seed</span>
        <input type="number" min="0" step="1" .value=${String(this.seed)} @change=${this.sendSeed} />
      </label>
      <p class="small muted reference">${method.reference}</p>
    </section>`;
  }
}
