/**
 * A method's own page: idea, formula, source, parameters, how it fails. Fetched when it is first opened.
 *
 * @prop method  the method
 * @fires method  detail: id, when a link on the page leads to another method
 * Call `show()` to open it and bring it into view.
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { methodPage } from "../client/about";
import type { Method } from "../../../wasm/whybox";
import { proseStyles } from "../styles/prose";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-about")
export class WhyboxAbout extends LitElement {
  static override styles = [
    shared,
    proseStyles,
    css`
      summary {
        font-size: 0.95rem;
        font-weight: 650;
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) method: Method | null = null;
  @state() private open = false;
  @query("details") private details!: HTMLDetailsElement;

  @state() private page: { readonly id: string; readonly state: "loading" | "failed" } | { readonly id: string; readonly html: string | null } | null = null;

  override willUpdate(): void {
    const id = this.method?.id;
    if (this.open && id !== undefined && this.page?.id !== id) void this.load(id);
  }

  private async load(id: string): Promise<void> {
    this.page = { id, state: "loading" };
    const page = await methodPage(id).then(
      (html) => ({ id, html }),
      () => ({ id, state: "failed" as const }),
    );
    // Another method may have been chosen meanwhile.
    if (this.page.id === id) this.page = page;
  }

  private toggled = (event: Event): void => {
    this.open = (event.target as HTMLDetailsElement).open;
    if (!this.open && this.page !== null && "state" in this.page) this.page = null;
  };

  private followed = (event: Event): void => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-method]");
    if (link === null) return;
    event.preventDefault();
    emit(this, "method", link.dataset["method"]);
  };

  private text() {
    const { page } = this;
    if (page === null || ("state" in page && page.state === "loading")) return html`<p class="muted">…</p>`;
    if ("state" in page) return html`<p role="alert">The page could not be fetched. Close and open it to try again.</p>`;
    if (page.html === null) return html`<p class="muted">This method has no page yet.</p>`;
    // Only our own Markdown comes through here (web/plugins/pages.ts), never anything a person or a network brought.
    return html`<article class="prose" @click=${this.followed}>${unsafeHTML(page.html)}</article>`;
  }

  async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.details.querySelector("summary")?.focus({ preventScroll: true });
    this.details.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  override render() {
    const { method } = this;
    if (method === null) return nothing;
    return html`<section class="card">
      <details .open=${this.open} @toggle=${this.toggled}>
        <summary>About ${method.name}</summary>
        ${this.open ? this.text() : nothing}
      </details>
    </section>`;
  }
}
