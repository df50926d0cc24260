/**
 * The benchmark page: how fast each engine is here, on a shipped network or one of the person's own. The report also lies on
 * `window.whyboxBench` for scripts: `{ report: Report | null, error: string | null }`.
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { contenders, type Measurement, measure, type Report } from "../client/benchmark";
import { NO_SIMD, pageBase } from "../client/engine";
import { fetchShipped, readManifest, type ShippedModel } from "../client/shipped";
import { formatCount, formatDuration } from "../paint/numbers";
import { shared } from "../styles/shared";
import { textOf } from "./events";

declare global {
  interface Window {
    whyboxBench: { report: Report | null; error: string | null };
  }
}

@customElement("whybox-bench")
export class WhyboxBench extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        max-width: 1000px;
        margin: 0 auto;
        padding: 1.5rem 1rem 3rem;
        display: grid;
        gap: 1rem;
      }
      h1 {
        margin: 0;
        font-size: 1.4rem;
        letter-spacing: -0.02em;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 0.88rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.45rem 0.7rem;
        border-bottom: 1px solid var(--line);
        text-align: right;
        white-space: nowrap;
      }
      th:first-child,
      td:first-child {
        text-align: left;
      }
      th {
        font-weight: 500;
        color: var(--muted);
      }
      select {
        width: auto;
        flex: 1 1 12rem;
      }
    `,
  ];

  @state() private shipped: readonly ShippedModel[] = [];
  @state() private chosen = 0;
  @state() private own: File | null = null;
  @state() private stage = "";
  @state() private problem = "";
  @state() private report: Report | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    window.whyboxBench = { report: null, error: null };
    readManifest(pageBase()).then(
      (shipped) => (this.shipped = shipped),
      (error: unknown) => (this.problem = String(error)),
    );
  }

  private async modelFile(): Promise<{ file: Uint8Array; name: string; labels: string }> {
    if (this.own !== null) return { file: new Uint8Array(await this.own.arrayBuffer()), name: this.own.name, labels: "" };
    const shipped = this.shipped[this.chosen];
    if (shipped === undefined) throw new Error("No network is chosen.");
    return { ...(await fetchShipped(pageBase(), shipped)), name: shipped.name };
  }

  private async run(): Promise<void> {
    window.whyboxBench = { report: null, error: null };
    this.problem = "";
    try {
      const model = await this.modelFile();
      const all = contenders();
      if (all.length === 0) throw new Error(NO_SIMD);
      const measurements: Measurement[] = [];
      for (const contender of all) {
        this.stage = contender.name;
        const { measurement, info } = await measure(contender, model);
        measurements.push(measurement);
        const { name, multiply_adds, input } = info;
        const report = { model: { name, multiply_adds, input }, browser: navigator.userAgent, cores: navigator.hardwareConcurrency };
        this.report = { ...report, measurements: [...measurements] };
      }
      window.whyboxBench.report = this.report;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      window.whyboxBench.error = this.problem;
    } finally {
      this.stage = "";
    }
  }

  private row({ name, single, batch, methods, memory_bytes }: Measurement) {
    return html`<tr>
      <td>${name}</td>
      <td>${single.forward_ms.toFixed(2)} ms</td>
      <td>${single.gmacs.toFixed(1)}</td>
      <td>${(single.forward_ms / single.layers_ms).toFixed(2)}</td>
      <td>${batch.images_per_second.toFixed(1)}</td>
      ${methods.map(({ milliseconds }) => html`<td>${formatDuration(milliseconds)}</td>`)}
      <td>${(memory_bytes / 1e6).toFixed(0)} MB</td>
    </tr>`;
  }

  private table({ model, measurements }: Report) {
    return html`<section class="card">
      <h2>${model.name}: ${model.input.width} × ${model.input.height}, ${formatCount(model.multiply_adds)}MAC</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Engine</th>
              <th>Forward pass</th>
              <th>GMAC/s</th>
              <th title="Forward pass against the sum of its layers, each timed alone">÷ layers alone</th>
              <th>Images/s, batch of 16</th>
              ${measurements[0]?.methods.map(({ method, samples }) => html`<th>${method}, ${samples}</th>`)}
              <th>Memory</th>
            </tr>
          </thead>
          <tbody>
            ${measurements.map((measurement) => this.row(measurement))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  override render() {
    return html`<h1>How fast is whybox here?</h1>
      <section class="card">
        <div class="row">
          <select aria-label="Network" @change=${(e: Event) => ((this.chosen = Number(textOf(e))), (this.own = null))}>
            ${this.own === null ? nothing : html`<option selected>${this.own.name}</option>`}
            ${this.shipped.map(({ name }, i) => html`<option value=${i} ?selected=${this.own === null && i === this.chosen}>${name}</option>`)}
          </select>
          <label class="button"
            >Own network…
            <input
              class="visually-hidden"
              type="file"
              accept=".tflite,.zip"
              @change=${(e: Event) => (this.own = (e.target as HTMLInputElement).files?.[0] ?? null)}
          /></label>
          <button type="button" class="primary" ?disabled=${this.stage !== "" || (this.shipped.length === 0 && this.own === null)} @click=${() => this.run()}>
            Measure
          </button>
        </div>
        <p class="small muted" role="status">
          ${this.stage === "" ? "Medians; the page measures each engine that this browser can run." : `Measuring ${this.stage}…`}
        </p>
        ${this.problem === "" ? nothing : html`<p role="alert">${this.problem}</p>`}
      </section>
      ${this.report === null ? nothing : this.table(this.report)}
      <p class="small muted"><a href="./">Back to the pictures</a></p>`;
  }
}
