/**
 * A generated scene's own parameters, made from its kind's description; a change is seen at once.
 *
 * @prop kind    of the scene
 * @prop seed
 * @prop params  what differs from the defaults
 * @prop link    address of the page as it stands, or ""
 * @fires seed   detail: number
 * @fires next   asks for another scene
 * @fires scene  detail: { params, held }
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Param, ParamValue, ParamValues, SceneKind } from "../../../wasm/whybox";
import { complaint, controlFor } from "../client/controls";
import { handledParams, valueIn, withParam } from "../client/handles";
import { shared } from "../styles/shared";
import { emit, textOf } from "./events";
import type { SceneChange } from "./whybox-handles";
import "./whybox-control";

@customElement("whybox-scene")
export class WhyboxScene extends LitElement {
  static override styles = [
    shared,
    css`
      .seed {
        display: grid;
        grid-template-columns: 1fr 6.5rem;
        gap: 0.7rem;
        align-items: center;
        font-size: 0.88rem;
      }
      .controls {
        display: grid;
        gap: 0.8rem;
      }
      .buttons button {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) kind!: SceneKind;
  @property({ type: Number }) seed = 0;
  @property({ attribute: false }) params: ParamValues = {};
  @property() link = "";

  private sendSeed = (event: Event): void => {
    const seed = Number(textOf(event));
    if (Number.isSafeInteger(seed) && seed >= 0) emit(this, "seed", seed);
  };

  private send(params: ParamValues, held: boolean): void {
    emit(this, "scene", { params, held } satisfies SceneChange);
  }

  private take = (event: Event): void => {
    event.stopPropagation();
    const { id, value, held = false } = (event as CustomEvent<{ id: string; value: ParamValue; held?: boolean }>).detail;
    const param = this.kind.params.find((candidate) => candidate.id === id);
    if (param !== undefined && complaint(param, value) === null) this.send(withParam(this.kind, this.params, id, value), held);
  };

  private controls(params: readonly Param[]) {
    return html`<div class="controls" @param=${this.take}>
      ${repeat(
        params,
        ({ id }) => `${this.kind.id}.${id}`,
        (param) =>
          html`<whybox-control
            data-scene-param=${param.id}
            .live=${true}
            .control=${controlFor(param, null)}
            .value=${valueIn(this.kind, this.params, param.id)}
          ></whybox-control>`,
      )}
    </div>`;
  }

  override render() {
    const { kind, params } = this;
    const handled = handledParams(kind);
    // What is named comes first, what a handle moves next, what is around it last.
    const isLook = ({ id, kind: type }: Param): boolean => type === "choice" && (handled.has(id) || id === "class");
    const looks = kind.params.filter(isLook);
    const held = kind.params.filter((param) => handled.has(param.id) && !isLook(param));
    const others = kind.params.filter((param) => !isLook(param) && !handled.has(param.id));
    const untouched = Object.keys(params).length === 0;
    return html`<section class="card" aria-labelledby="title" data-role="scene">
      <h2 id="title">Scene</h2>
      <p class="small muted">${kind.summary}</p>
      <p class="small muted">Drag its handles in the picture, or change it here.</p>
      <label class="seed"
        ><span>Seed of the scene</span>
        <input type="number" min="0" step="1" .value=${live(String(this.seed))} data-role="scene-seed" @change=${this.sendSeed} />
      </label>
      <div class="row buttons">
        <button type="button" data-role="next-scene" @click=${() => emit(this, "next")}>Next seed</button>
        <button type="button" data-role="reset-scene" ?disabled=${untouched} @click=${() => this.send({}, false)}>As drawn</button>
      </div>
      ${this.controls(looks)}
      <details>
        <summary>Place, size and hue</summary>
        ${this.controls(held)}
      </details>
      <details>
        <summary>All around it</summary>
        ${this.controls(others)}
      </details>
      ${this.link === "" ? nothing : html`<p class="small"><a href=${this.link} data-role="scene-link">Link to this scene</a></p>`}
    </section>`;
  }
}
