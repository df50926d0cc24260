/** A generated scene that follows a hand: redrawn and asked about as fast as the worker keeps up, then explained when the hand rests. */
import type { ParamValues } from "../../../wasm/whybox";
import type { DrawnScene, Redrawn } from "../worker/protocol";
import { latestOnly } from "./latest";
import type { ShownPicture } from "./state";

/** Which scene: everything that draws it. */
export interface SceneWish {
  readonly kind: string;
  readonly seed: number;
  /** Pixels on a side. */
  readonly size: number;
  /** What differs from the defaults. */
  readonly params: ParamValues;
}

export const pictureOf = (wish: SceneWish, scene: DrawnScene): ShownPicture => ({
  width: scene.width,
  height: scene.height,
  rgba: scene.rgba,
  name: `scene ${wish.seed}`,
  scene: {
    ...wish,
    className: scene.class_name,
    truth: scene.truth,
    handles: scene.handles,
    attributes: Object.fromEntries(scene.attributes.map(({ id, value }) => [id, value])),
  },
});

/** A hand that has not moved for so long has come to rest, in milliseconds. */
const REST_MS = 180;

export interface LiveSceneOptions {
  /** Waits until the scene may be changed; null where it may no longer be. */
  readonly redraw: (wish: SceneWish) => Promise<Redrawn | null>;
  /** Shows it; the next is drawn when this has resolved. */
  readonly show: (wish: SceneWish, redrawn: Redrawn) => Promise<void>;
  /** The hand rests on a scene that has been shown. */
  readonly onRest: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class LiveScene {
  private resting: ReturnType<typeof setTimeout> | undefined;
  private held = false;
  private readonly draw: (wish: SceneWish) => Promise<void>;

  constructor(private readonly options: LiveSceneOptions) {
    this.draw = latestOnly(async (wish) => {
      const redrawn = await options.redraw(wish);
      if (redrawn !== null) await options.show(wish, redrawn);
    });
  }

  /** @param held  the hand has not let go */
  change(wish: SceneWish, held: boolean): void {
    clearTimeout(this.resting);
    this.held = held;
    this.draw(wish).then(
      () => this.rest(),
      (error: unknown) => this.options.onFailure(error),
    );
  }

  /** Another picture has come. */
  forget(): void {
    clearTimeout(this.resting);
  }

  private rest(): void {
    clearTimeout(this.resting);
    if (!this.held) this.resting = setTimeout(() => this.options.onRest(), REST_MS);
  }
}
