/**
 * How far an explanation is, how long it will still take, and a way to stop it.
 *
 * @prop running  when it began and how far it is; null hides the element's bar
 * @fires cancel
 */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDuration, timeLeft } from "../paint/numbers";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-progress")
export class WhyboxProgress extends LitElement {
  static override styles = [
    shared,
    css`
      .line {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.4rem 0.8rem;
        align-items: center;
      }
      progress {
        width: 100%;
        height: 6px;
        border: 0;
        border-radius: 3px;
        overflow: hidden;
        background: var(--sunken);
        appearance: none;
      }
      progress::-webkit-progress-bar {
        background: var(--sunken);
      }
      progress::-webkit-progress-value {
        background: var(--accent);
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
      .text {
        min-height: 1.2em;
      }
    `,
  ];

  @property({ attribute: false }) running: { readonly since: number; readonly progress: number } | null = null;

  override render() {
    const { running } = this;
    if (running === null) return html``;
    const left = timeLeft(running.progress, performance.now() - running.since);
    return html`<div class="line">
      <div>
        <progress max="1" value=${running.progress} aria-label="Progress of the explanation"></progress>
        <div class="small muted number text">
          ${Math.floor(100 * running.progress)} %${left === null ? "" : ` · about ${formatDuration(Math.max(1000, left))} left`}
        </div>
      </div>
      <button type="button" title="Stop (Esc)" @click=${() => emit(this, "cancel")}>Cancel</button>
    </div>`;
  }
}
