/**
 * How a map looks: opacity, colours, and the display options, which are off until a person turns one on.
 *
 * @prop look     what is chosen
 * @prop kind     of the colours in use
 * @prop signed   whether the map that was computed has signs
 * @prop onMap    false while superpixels are shown, which have no display options
 * @prop own      whether it is a map of the network's own
 * @prop truth    whether there is a truth to outline
 * @fires look    detail: Look
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { MapKind } from "../../../wasm/whybox";
import { colorMapOf, FIRST_LOOK, type Look } from "../client/look";
import { colorMapsFor } from "../paint/colormaps";
import { AS_COMPUTED, type Display, type SignView } from "../paint/display";
import { shared } from "../styles/shared";
import { checkedOf, emit, textOf } from "./events";

const SIGNS: readonly { readonly sign: SignView; readonly name: string }[] = [
  { sign: "both", name: "Both" },
  { sign: "positive", name: "For" },
  { sign: "negative", name: "Against" },
  { sign: "magnitude", name: "Size" },
];
/** Broader than this nothing is left of a map. */
const BROADEST = 16;
/** Below the median a scale would say nothing. */
const LOWEST_CLIP = 50;

@customElement("whybox-look")
export class WhyboxLook extends LitElement {
  static override styles = [
    shared,
    css`
      .look {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.6rem 1.2rem;
        align-items: center;
      }
      .field {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.7rem;
        align-items: center;
        font-size: 0.88rem;
      }
      details {
        grid-column: 1 / -1;
      }
      .options {
        display: grid;
        gap: 0.7rem;
      }
      .option {
        display: grid;
        grid-template-columns: 8.5rem minmax(0, 1fr) 5.2rem;
        gap: 0.3rem 0.8rem;
        align-items: center;
        font-size: 0.88rem;
      }
      .option > .segments {
        grid-column: 2 / -1;
      }
      @media (max-width: 560px) {
        .look {
          grid-template-columns: minmax(0, 1fr);
        }
        .option {
          grid-template-columns: minmax(0, 1fr) 5.2rem;
        }
        .option > :first-child,
        .option > .segments {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) look: Look = FIRST_LOOK;
  @property() kind: MapKind = "unsigned";
  @property({ type: Boolean }) signed = false;
  @property({ type: Boolean }) onMap = true;
  @property({ type: Boolean }) own = false;
  @property({ type: Boolean }) truth = false;

  private send(part: Partial<Look>): void {
    emit(this, "look", { ...this.look, ...part });
  }

  private show(part: Partial<Display>): void {
    this.send({ display: { ...this.look.display, ...part } });
  }

  /** A slider and a field for one number; what is no number in the range is put back. */
  private number(label: string, id: keyof Display & ("sigma" | "clip"), min: number, max: number, step: number) {
    const value = this.look.display[id];
    const take = (event: Event): void => {
      const wanted = textOf(event).trim() === "" ? Number.NaN : Number(textOf(event));
      if (wanted >= min && wanted <= max) this.show({ [id]: wanted });
      else this.requestUpdate();
    };
    return html`<div class="option">
      <span id="${id}-label">${label}</span>
      <input type="range" aria-labelledby="${id}-label" min=${min} max=${max} step=${step} .value=${live(String(value))} @input=${take} />
      <input type="number" aria-labelledby="${id}-label" data-role=${id} min=${min} max=${max} step="any" .value=${live(String(value))} @change=${take} />
    </div>`;
  }

  private signs() {
    const { sign } = this.look.display;
    return html`<div class="option">
      <span id="sign-label">Signs</span>
      <div class="segments" role="radiogroup" aria-labelledby="sign-label">
        ${SIGNS.map(
          (each) =>
            html`<label
              ><input type="radio" name="sign" value=${each.sign} .checked=${live(each.sign === sign)} @change=${() => this.show({ sign: each.sign })} />${each.name}</label
            >`,
        )}
      </div>
    </div>`;
  }

  private display() {
    return html`<details data-role="display">
      <summary>Display options</summary>
      <div class="options">
        <p class="small muted">They change what you see, not the map; what is on is said under it.</p>
        ${this.signed ? this.signs() : nothing} ${this.number("Smoothing, σ in pixels", "sigma", 0, BROADEST, 0.5)}
        ${this.number("Scale ends at percentile", "clip", LOWEST_CLIP, 100, 0.5)}
        <div class="row"><button type="button" @click=${() => this.show(AS_COMPUTED)}>All off</button></div>
      </div>
    </details>`;
  }

  private check(label: string, key: "fade" | "truth" | "gate") {
    return html`<label class="check"
      ><input type="checkbox" data-role=${key} .checked=${live(this.look[key])} @change=${(e: Event) => this.send({ [key]: checkedOf(e) })} />${label}</label
    >`;
  }

  override render() {
    const { look, kind } = this;
    const map = colorMapOf(look, kind);
    return html`<div class="look">
      <label class="field"
        ><span>Opacity</span>
        <input type="range" min="0" max="1" step="0.01" .value=${live(String(look.opacity))} @input=${(e: Event) => this.send({ opacity: Number(textOf(e)) })} />
      </label>
      <label class="field"
        ><span>Colours</span>
        <select @change=${(e: Event) => this.send({ maps: { ...look.maps, [kind]: textOf(e) } })}>
          ${colorMapsFor(kind).map(({ id, name }) => html`<option value=${id} ?selected=${id === map.id}>${name}</option>`)}
        </select>
      </label>
      ${this.own ? this.check("Only what it lets through", "gate") : nothing}
      ${this.onMap && !(this.own && look.gate) ? this.check("Fade where weak", "fade") : nothing} ${this.onMap && this.truth ? this.check("Outline the truth", "truth") : nothing}
      ${this.onMap ? this.display() : nothing}
    </div>`;
  }
}
