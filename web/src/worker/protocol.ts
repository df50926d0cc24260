/**
 * What the page and its worker say to each other: one typed union of requests, one of answers.
 *
 * Every request carries an id; its answer, and any updates before it, carry the same. Values are copies out of wasm memory,
 * transferred where they are large.
 */
import type {
  Benchmark,
  Build,
  ErrorCode,
  Fit,
  Heatmap,
  Method,
  ModelInfo,
  Output,
  ParamValues,
  Picture,
  PlainMap,
  Prediction,
  Runs,
  Scene,
  SceneKind,
  Started,
  Superpixels,
  Switched,
  Target,
} from "../../../wasm/whybox";

/** The three builds of the module: plain SIMD, relaxed SIMD, both on one thread for pages without isolation; relaxed SIMD with threads. */
export type Variant = "wasm-threads" | "wasm-relaxed" | "wasm-simd";

export interface EngineInfo {
  readonly variant: Variant;
  readonly threads: number;
  readonly build: Build;
  readonly methods: readonly Method[];
  readonly sceneKinds: readonly SceneKind[];
}

/** A decoded picture; `original` is the file's size where the picture had to be made smaller. */
export interface Photo extends Picture {
  readonly original: { readonly width: number; readonly height: number };
}

export interface Question {
  readonly method: string;
  readonly target: Target;
  readonly params: ParamValues;
  /** A number up to 2^53, or decimal text. */
  readonly seed: number | string;
}

/** The state of a running explanation, sent some ten times a second. */
export interface Update {
  readonly started: Started;
  /** 0..1 */
  readonly progress: number;
  readonly heatmap: Heatmap;
  readonly superpixels: Superpixels | null;
}

export interface Outcome extends Update {
  /** Of computing alone, the drawing in between not counted. */
  readonly milliseconds: number;
}

/** How far a question's further seeds are, sent like updates. */
export interface RunsUpdate {
  /** 0..1 */
  readonly progress: number;
  readonly runs: Runs;
}

/** A label image as it was read, and how many segments it has. */
export interface ReadSegments {
  readonly picture: Picture;
  readonly count: number;
}

export interface SwitchedView extends Switched {
  /** What the network saw, at its input size. */
  readonly picture: Picture;
}

/** A scene without the masks of its objects and parts, of which a page has no use and a drag too many. */
export interface DrawnScene extends Omit<Scene, "objects" | "parts" | "attributes"> {
  readonly attributes: readonly { readonly id: string; readonly value: number }[];
}

/** A scene that has become the picture, and what the network says of it. */
export interface Redrawn {
  readonly scene: DrawnScene;
  readonly prediction: Prediction;
}

/** Every call: what it takes and what it answers. */
export interface Calls {
  /** `base`: address of the folder that holds `wasm/`. */
  open: { takes: { base: string; variant: Variant; threads: number }; gives: EngineInfo };
  load_model: { takes: { file: Uint8Array; name: string; labels: string }; gives: ModelInfo };
  set_labels: { takes: { labels: string }; gives: ModelInfo };
  set_normalization: { takes: { mean: readonly number[]; std: readonly number[] }; gives: ModelInfo };
  /** Decodes, shrinks to `longest` pixels on the longer side where larger, and makes it the picture. */
  decode_image: { takes: { blob: Blob; longest: number }; gives: Photo };
  set_image: { takes: { picture: Picture }; gives: null };
  /** Superpixels of the person's own; null for none. Answers how many. */
  set_segments: { takes: { picture: Picture | null }; gives: number };
  /** The same from a file; its pixels are taken as they are, without any smoothing. */
  decode_segments: { takes: { blob: Blob }; gives: ReadSegments };
  set_fit: { takes: { fit: Fit }; gives: null };
  scene: { takes: { kind: string; seed: number; size: number; params: ParamValues }; gives: DrawnScene };
  /** Draws a scene, makes it the picture and predicts, in one message: a hand on a handle sends dozens of them a second. */
  redraw: { takes: { kind: string; seed: number; size: number; params: ParamValues }; gives: Redrawn };
  predict: { takes: { top: number }; gives: Prediction };
  /** One of the network's tensors, by its name. */
  output: { takes: { name: string }; gives: Output };
  /** A channel of one in the picture's shape. */
  output_map: { takes: { name: string; channel: number }; gives: PlainMap };
  /** The prediction with that tensor set by hand. */
  predict_with: { takes: { name: string; values: Float32Array; top: number }; gives: Prediction };
  explain: { takes: Question; gives: Outcome };
  /** The finished explanation's question again, `count` seeds in all. */
  explain_again: { takes: { count: number }; gives: Runs };
  switch_superpixels: { takes: { on: Uint8Array }; gives: SwitchedView };
  benchmark: { takes: { batch: number; repeats: number }; gives: Benchmark };
  /** Bytes that the module's memory has grown to. */
  memory: { takes: Record<never, never>; gives: number };
}
export type CallName = keyof Calls;

export type Request =
  | { [K in CallName]: { readonly id: number; readonly call: K; readonly args: Calls[K]["takes"] } }[CallName]
  | { readonly id: number; readonly call: "cancel" };

/** Beside the core's codes: `cancelled` (asked for) and `crashed` (the module is lost and must be replaced). */
export type FailureCode = ErrorCode | "cancelled" | "crashed";

export type Answer =
  | { readonly id: number; readonly kind: "value"; readonly value: Calls[CallName]["gives"] }
  | { readonly id: number; readonly kind: "failure"; readonly code: FailureCode; readonly message: string }
  | { readonly id: number; readonly kind: "update"; readonly update: Update }
  | { readonly id: number; readonly kind: "runs"; readonly update: RunsUpdate };

/** Buffers of a message that may change hands instead of being copied. */
export function transferables(value: unknown, found: Transferable[] = []): Transferable[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && !found.includes(value.buffer)) found.push(value.buffer);
  } else if (Array.isArray(value)) {
    // Registries and scores: lists of small objects, nothing to transfer.
  } else if (value !== null && typeof value === "object" && !(value instanceof Blob)) {
    for (const inner of Object.values(value)) transferables(inner, found);
  }
  return found;
}
