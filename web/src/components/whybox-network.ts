/**
 * Which network: the shipped ones, a file, an address; what it is; what it expects of a pixel.
 *
 * @prop model      the present network
 * @prop shipped    the ones that come with the page
 * @prop shippedId  which of them it is, null for one of the person's own
 * @fires shipped   detail: id
 * @fires files     detail: File[]  (from whybox-file-button)
 * @fires address   detail: URL
 * @fires normalization  detail: { mean, std }
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { ModelInfo, Normalization } from "../../../wasm/whybox";
import type { ShippedModel } from "../client/shipped";
import { formatCount } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";
import "./whybox-file-button";

const SOURCES: Readonly<Record<Normalization["source"], string>> = {
  metadata: "from the network's metadata",
  quantization: "from the input's quantisation",
  default: "assumed: −1 to 1",
  user: "set by you",
};
const LABELS: Readonly<Record<string, string>> = { metadata: "in the network's metadata", "labels.txt": "label file", none: "none" };
const TYPES: Readonly<Record<string, string>> = { i8: "int8", u8: "uint8", f32: "float32" };
const CHANNELS = ["Red", "Green", "Blue"] as const;

@customElement("whybox-network")
export class WhyboxNetwork extends LitElement {
  static override styles = [
    shared,
    css`
      .buttons {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 0.5rem;
      }
      .buttons > button {
        padding-inline: 0.3rem;
        white-space: nowrap;
      }
      form {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.5rem;
      }
      table {
        width: 100%;
        border-spacing: 0 0.3rem;
        font-size: 0.85rem;
      }
      th {
        text-align: left;
        font-weight: 400;
        color: var(--muted);
      }
      td {
        padding-left: 0.5rem;
      }
      td input {
        width: 100%;
      }
      .name {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) shipped: readonly ShippedModel[] = [];
  @property({ attribute: false }) shippedId: string | null = null;
  @state() private asking = false;

  private sendAddress = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>("#address");
    if (input === null || input.value.trim() === "") return;
    emit(this, "address", input.value.trim());
    this.asking = false;
  };

  private sendNormalization = (): void => {
    const read = (row: string): number[] =>
      [0, 1, 2].map((c) => Number(this.renderRoot.querySelector<HTMLInputElement>(`#${row}-${c}`)?.value));
    emit(this, "normalization", { mean: read("mean"), std: read("std") });
  };

  private picker() {
    return html`<select aria-label="Network" data-role="model" .value=${live(this.shippedId ?? "")} @change=${(e: Event) => emit(this, "shipped", textOf(e))}>
      ${this.shippedId === null ? html`<option value="" selected>${this.model?.name ?? "—"}</option>` : nothing}
      ${this.shipped.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.shippedId}>${name}</option>`)}
    </select>`;
  }

  private facts(model: ModelInfo) {
    const { height, width, channels, type } = model.input;
    return html`<dl class="facts">
      <dt>Input</dt>
      <dd>${width} × ${height} × ${channels}, ${TYPES[type] ?? type}</dd>
      <dt>Classes</dt>
      <dd>${model.classes}, ${model.head}</dd>
      <dt>Labels</dt>
      <dd>${LABELS[model.label_source] ?? model.label_source}</dd>
      <dt>Weights</dt>
      <dd>${formatCount(model.parameters)}, ${model.quantized ? "quantised" : "float"}</dd>
      <dt>Work</dt>
      <dd>${formatCount(model.multiply_adds)}MAC, ${model.operators} operators</dd>
    </dl>`;
  }

  private normalization({ mean, std, source }: Normalization) {
    const row = (name: string, id: string, values: readonly number[]) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${values.map(
          (value, c) =>
            html`<td>
              <input type="number" step="any" id="${id}-${c}" aria-label="${name}, ${CHANNELS[c]}" .value=${String(Number(value.toPrecision(6)))} @change=${this.sendNormalization} />
            </td>`,
        )}
      </tr>`;
    return html`<details>
      <summary>Normalisation: ${SOURCES[source]}</summary>
      <p class="small muted">The network gets (pixel − mean) ÷ std, for pixels from 0 to 255 and each of red, green and blue.</p>
      <table>
        <tbody>
          ${row("Mean", "mean", mean)} ${row("Std", "std", std)}
        </tbody>
      </table>
    </details>`;
  }

  override render() {
    const { model } = this;
    const summary = this.shipped.find(({ id }) => id === this.shippedId)?.summary;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Network</h2>
      ${this.picker()} ${summary === undefined ? nothing : html`<p class="small muted">${summary}</p>`}
      <div class="buttons">
        <whybox-file-button data-role="model-file" help="A .tflite file, or a zip with one and its labels" accept=".tflite,.lite,.zip"></whybox-file-button>
        <button type="button" aria-expanded=${this.asking} @click=${() => (this.asking = !this.asking)}>Address…</button>
        <whybox-file-button data-role="labels-file" label="Labels…" help="A text file with one label per line" accept=".txt,text/plain"></whybox-file-button>
      </div>
      ${this.asking
        ? html`<form @submit=${this.sendAddress}>
            <input id="address" type="url" placeholder="https://…/model.tflite" aria-label="Address of a .tflite or .zip" />
            <button type="submit">Fetch</button>
          </form>`
        : nothing}
      ${model === null ? nothing : [this.facts(model), this.normalization(model.normalization)]}
    </section>`;
  }
}
