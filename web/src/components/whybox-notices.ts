/**
 * Sentences about what went wrong, each dismissable; the page goes on behind them.
 *
 * @prop notices  what to say
 * @fires dismiss  detail: the notice's id
 */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Notice } from "../client/state";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-notices")
export class WhyboxNotices extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        inset: 0.75rem 1rem auto;
        z-index: 20;
        display: grid;
        gap: 0.6rem;
        justify-items: center;
        pointer-events: none;
      }
      [role="alert"] {
        pointer-events: auto;
        display: flex;
        gap: 0.8rem;
        align-items: flex-start;
        max-width: 44rem;
        padding: 0.75rem 0.6rem 0.75rem 1rem;
        border-radius: 10px;
        border: 1px solid color-mix(in oklab, var(--danger) 35%, transparent);
        background: var(--danger-soft);
        color: var(--danger);
        box-shadow: var(--shadow);
        overflow-wrap: anywhere;
      }
      button {
        min-height: 1.6rem;
        min-width: 1.6rem;
        padding: 0;
        border: 0;
        background: none;
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) notices: readonly Notice[] = [];

  override render() {
    return repeat(
      this.notices,
      ({ id }) => id,
      ({ id, text }) => html`
        <div role="alert">
          <span>${text}</span>
          <button type="button" aria-label="Dismiss" title="Dismiss" @click=${() => emit(this, "dismiss", id)}>✕</button>
        </div>
      `,
    );
  }
}
