/**
 * Where the picture comes from, and how it is made to fit the network.
 *
 * @prop picture  what is shown now
 * @prop fit      how it is fitted
 * @fires files   detail: File[]  (from whybox-file-button)
 * @fires scene   asks for a generated one, or for another
 * @fires camera
 * @fires fit     detail: Fit
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Fit } from "../../../wasm/whybox";
import type { ShownPicture } from "../client/state";
import { shared } from "../styles/shared";
import { emit } from "./events";
import "./whybox-file-button";

const FITS: readonly { readonly fit: Fit; readonly name: string; readonly help: string }[] = [
  { fit: "stretch", name: "Stretch", help: "The whole picture, stretched to the network's shape: every pixel is explained." },
  { fit: "centre-crop", name: "Crop", help: "The largest part in the middle with the network's proportions." },
  { fit: "letterbox", name: "Letterbox", help: "The whole picture in its own proportions, with grey bars beside it." },
];

@customElement("whybox-sources")
export class WhyboxSources extends LitElement {
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
      .segments {
        display: flex;
      }
      .name {
        overflow-wrap: anywhere;
      }
      @media (max-width: 760px) {
        .hint {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) picture: ShownPicture | null = null;
  @property() fit: Fit = "stretch";

  private facts() {
    const { picture } = this;
    if (picture === null) return nothing;
    const { original } = picture;
    const shrunk = original !== undefined && original.width !== picture.width;
    return html`<p class="small muted name">
      ${picture.name}, ${picture.width} × ${picture.height}${shrunk ? `, made smaller from ${original.width} × ${original.height}` : ""}
    </p>`;
  }

  override render() {
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Picture</h2>
      <div class="buttons">
        <whybox-file-button data-role="image-file" help="A picture" accept="image/*"></whybox-file-button>
        <button type="button" @click=${() => emit(this, "camera")}>Camera</button>
        <button type="button" data-role="new-scene" @click=${() => emit(this, "scene")}>New scene</button>
      </div>
      <p class="small muted hint">Or drop a picture, a network or labels anywhere on the page, or paste a picture.</p>
      ${this.facts()}
      <div role="radiogroup" aria-label="How the picture fits the network" class="segments">
        ${FITS.map(
          ({ fit, name, help }) =>
            html`<label title=${help}>
              <input type="radio" name="fit" value=${fit} .checked=${live(fit === this.fit)} @change=${() => emit(this, "fit", fit)} />${name}
            </label>`,
        )}
      </div>
      <p class="small muted hint">${FITS.find(({ fit }) => fit === this.fit)?.help}</p>
    </section>`;
  }
}
