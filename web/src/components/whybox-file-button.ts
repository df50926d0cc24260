/**
 * A button that lets a person choose files.
 *
 * @prop label   on the button
 * @prop help    its tooltip
 * @prop accept  as of an input
 * @fires files  detail: File[]
 */
import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-file-button")
export class WhyboxFileButton extends LitElement {
  static override styles = [
    shared,
    css`
      button {
        width: 100%;
        padding-inline: 0.3rem;
        white-space: nowrap;
      }
    `,
  ];

  @property() label = "Open…";
  @property() help = "";
  @property() accept = "";
  @query("input") private input!: HTMLInputElement;

  private chosen = (): void => {
    emit(this, "files", [...(this.input.files ?? [])]);
    // The same file may be chosen again, perhaps after it has been mended.
    this.input.value = "";
  };

  override render() {
    return html`<button type="button" title=${this.help} @click=${() => this.input.click()}>${this.label}</button>
      <input class="visually-hidden" tabindex="-1" aria-hidden="true" type="file" accept=${this.accept} @change=${this.chosen} />`;
  }
}
