/**
 * Handles over a generated scene, one on each thing that a hand can change: drag it to move, drag its edge to turn and scale, click it for
 * the next look; or the same by keys.
 *
 * @prop kind     of the scene
 * @prop handles  what can be held, where it is shown now
 * @prop params   the scene's parameters
 * @prop looks    what the scene shows of each choice that its parameters leave open, by the parameter's id
 * @fires scene   detail: { params, held }: held while a pointer has not let go
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ParamValues, SceneKind } from "../../../wasm/whybox";
import { dragged, type Grip, keyed, type PlacedHandle, recoloured, spoken } from "../client/handles";
import { frameStyles } from "../styles/frame";
import { shared } from "../styles/shared";
import { emit } from "./events";

/** Detail of the event. */
export interface SceneChange {
  readonly params: ParamValues;
  readonly held: boolean;
}

interface Hold {
  readonly pointer: number;
  readonly handle: PlacedHandle;
  readonly grip: Grip;
  readonly from: Point;
  /** Before the hand came. */
  readonly params: ParamValues;
  readonly moved: boolean;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer that has moved less, in parts of the picture's side, has clicked. */
const CLICK = 0.008;
/** A handle whose thing has left the picture waits at its edge. */
const EDGE = 0.04;
/** Where on its circle the edge's grip sits: below to the right. */
const GRIP_ANGLE = Math.PI / 4;

const inside = (value: number): number => Math.min(1 - EDGE, Math.max(EDGE, value));
const percent = (value: number): string => `${(100 * value).toFixed(2)}%`;

@customElement("whybox-handles")
export class WhyboxHandles extends LitElement {
  static override styles = [
    shared,
    frameStyles,
    css`
      :host {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      .frame {
        background: none;
        --ring: rgb(255 255 255 / 95%);
        --edge: rgb(0 0 0 / 55%);
      }
      button {
        position: absolute;
        translate: -50% -50%;
        min-height: 0;
        padding: 0;
        pointer-events: auto;
        touch-action: none;
        user-select: none;
        border: 0;
        background: none;
        border-radius: 99px;
      }
      button:hover:not(:disabled) {
        background: none;
      }
      .whole {
        width: 34px;
        height: 34px;
        cursor: grab;
      }
      .whole:active {
        cursor: grabbing;
      }
      .knob {
        width: 22px;
        height: 22px;
        border-radius: 99px;
        border: 2px solid var(--ring);
        background: rgb(20 20 20 / 38%);
        box-shadow: 0 0 0 1px var(--edge);
        display: grid;
        place-items: center;
        transition: scale 0.12s;
      }
      .knob svg {
        display: block;
        fill: none;
        stroke: var(--ring);
        stroke-width: 1.6;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .grip {
        width: 28px;
        height: 28px;
        cursor: nwse-resize;
      }
      .grip::after {
        content: "";
        width: 10px;
        height: 10px;
        border-radius: 3px;
        background: var(--ring);
        box-shadow: 0 0 0 1.5px var(--edge);
      }
      .reach {
        position: absolute;
        translate: -50% -50%;
        aspect-ratio: 1;
        border-radius: 50%;
        border: 1.5px dashed var(--ring);
        filter: drop-shadow(0 0 1px rgb(0 0 0 / 70%));
      }
      .label {
        position: absolute;
        translate: -50% 0;
        margin-top: 19px;
        padding: 0 0.45rem;
        border-radius: 6px;
        background: rgb(20 20 20 / 72%);
        color: white;
        font-size: 0.74rem;
        white-space: nowrap;
      }
      .reach,
      .label,
      .grip {
        opacity: 0;
        transition: opacity 0.12s;
      }
      .thing:hover > *,
      .thing:focus-within > *,
      .thing[data-held] > * {
        opacity: 1;
      }
      .whole:hover .knob,
      .thing[data-held] .knob {
        scale: 1.15;
      }
      button:focus-visible {
        outline: none;
      }
      .whole:focus-visible .knob {
        outline: 3px solid #ffe066;
        outline-offset: 2px;
        box-shadow:
          0 0 0 1px var(--edge),
          0 0 0 6px rgb(0 0 0 / 60%);
      }
      @media (pointer: coarse) {
        .whole {
          width: 46px;
          height: 46px;
        }
        .grip {
          width: 44px;
          height: 44px;
          opacity: 1;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        * {
          transition: none !important;
        }
      }
    `,
  ];

  @property({ attribute: false }) kind!: SceneKind;
  @property({ attribute: false }) handles: readonly PlacedHandle[] = [];
  @property({ attribute: false }) params: ParamValues = {};
  @property({ attribute: false }) looks: Readonly<Record<string, string>> = {};
  @state() private hold: Hold | null = null;

  private send(params: ParamValues, held: boolean): void {
    emit(this, "scene", { params, held } satisfies SceneChange);
  }

  /** In parts of the picture. */
  private pointOf({ clientX, clientY }: PointerEvent): Point {
    const box = this.renderRoot.querySelector(".frame")?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  }

  private taken(event: PointerEvent, handle: PlacedHandle, grip: Grip): void {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.hold = { pointer: event.pointerId, handle, grip, from: this.pointOf(event), params: this.params, moved: false };
  }

  private pulled = (event: PointerEvent): void => {
    const { hold } = this;
    if (hold === null || hold.pointer !== event.pointerId) return;
    const to = this.pointOf(event);
    if (!hold.moved && Math.hypot(to.x - hold.from.x, to.y - hold.from.y) < CLICK) return;
    this.hold = { ...hold, moved: true };
    this.send(dragged(this.kind, hold.params, hold.handle, hold.grip, hold.from, to), true);
  };

  private released = (event: PointerEvent): void => {
    const { hold } = this;
    if (hold === null || hold.pointer !== event.pointerId) return;
    this.hold = null;
    if (hold.moved) this.send(this.params, false);
    else if (hold.grip === "whole" && event.type === "pointerup") this.recolour(hold.handle, event.shiftKey);
  };

  private recolour(handle: PlacedHandle, back: boolean): void {
    this.send(recoloured(this.kind, this.params, handle, this.lookOf(handle), back), false);
  }

  private lookOf({ choice }: PlacedHandle): string | undefined {
    return choice === undefined ? undefined : this.looks[choice];
  }

  private pressed(event: KeyboardEvent, handle: PlacedHandle): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const params = keyed(this.kind, this.params, handle, event, this.lookOf(handle));
    if (params === null) return;
    event.preventDefault();
    this.send(params, false);
  }

  /** Assistive technology clicks without a pointer. */
  private clicked(event: MouseEvent, handle: PlacedHandle): void {
    if (event.detail === 0) this.recolour(handle, false);
  }

  private knob(handle: PlacedHandle) {
    const help = spoken(handle);
    return html`<button
      type="button"
      class="whole"
      style="left:${percent(inside(handle.at.x))};top:${percent(inside(handle.at.y))}"
      data-role="handle"
      data-handle=${handle.id}
      aria-label=${help}
      aria-roledescription="handle"
      title="Drag to move${handle.choice === undefined && handle.hue === undefined ? "" : ", click to change its look"}"
      @pointerdown=${(e: PointerEvent) => this.taken(e, handle, "whole")}
      @pointermove=${this.pulled}
      @pointerup=${this.released}
      @pointercancel=${this.released}
      @keydown=${(e: KeyboardEvent) => this.pressed(e, handle)}
      @click=${(e: MouseEvent) => this.clicked(e, handle)}
    >
      <span class="knob"
        ><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d="M6 1v10M1 6h10M6 1l-1.4 1.4M6 1l1.4 1.4M6 11l-1.4-1.4M6 11l1.4-1.4M1 6l1.4-1.4M1 6l1.4 1.4M11 6l-1.4-1.4M11 6l-1.4 1.4" /></svg
      ></span>
    </button>`;
  }

  /** For pointers only: keys act on the whole. */
  private edge(handle: PlacedHandle) {
    const { at, radius, scale, turn } = handle;
    if (scale === undefined && turn === undefined) return nothing;
    const x = inside(at.x + radius * Math.cos(GRIP_ANGLE));
    const y = inside(at.y + radius * Math.sin(GRIP_ANGLE));
    return html`<button
      type="button"
      class="grip"
      tabindex="-1"
      aria-hidden="true"
      data-role="grip"
      title="Drag to turn and scale"
      style="left:${percent(x)};top:${percent(y)}"
      @pointerdown=${(e: PointerEvent) => this.taken(e, handle, "edge")}
      @pointermove=${this.pulled}
      @pointerup=${this.released}
      @pointercancel=${this.released}
    ></button>`;
  }

  private thing(handle: PlacedHandle) {
    const { at, radius, label } = handle;
    const place = `left:${percent(inside(at.x))};top:${percent(inside(at.y))}`;
    return html`<div class="thing" ?data-held=${this.hold?.handle.id === handle.id}>
      <span class="reach" style="left:${percent(at.x)};top:${percent(at.y)};width:${percent(2 * radius)}"></span>
      <span class="label" style=${place} aria-hidden="true">${label}</span>
      ${this.edge(handle)} ${this.knob(handle)}
    </div>`;
  }

  override render() {
    return html`<div class="frame" role="group" aria-label="Handles of the scene" style="--w:1;--h:1">
      ${repeat(
        this.handles,
        ({ id }) => id,
        (handle) => this.thing(handle),
      )}
    </div>`;
  }
}
