/**
 * The WebAssembly module as JavaScript sees it: `whybox.js` (this file's neighbour in the build) and `whybox.wasm`.
 *
 * Every call answers with a `Reply`; none throws. Structured values are plain objects with the same snake_case keys as the
 * command line's JSON (core/session/json.md). Typed arrays are copies that belong to the caller: transfer them freely.
 * A `Session` owns wasm memory: call `delete()` when it is no longer needed.
 */

export type ErrorCode =
  | "invalid_argument"
  | "out_of_range"
  | "shape_mismatch"
  | "bad_model"
  | "unsupported_operator"
  | "unsupported_type"
  | "bad_image"
  | "bad_labels"
  | "bad_archive"
  | "not_finite"
  | "out_of_memory"
  | "io"
  | "internal";

/** `message` is a whole sentence for a person: what, where, got, wanted. */
export type Failure = { readonly ok: false; readonly code: ErrorCode; readonly message: string };
export type Reply<T> = { readonly ok: true; readonly value: T } | Failure;

// ---- Descriptions ------------------------------------------------------------------------------------------------------

/** One parameter, told well enough to make a form control of it. */
export type Param = {
  readonly id: string;
  readonly label: string;
  /** One line. */
  readonly help: string;
  /** "" where the number is a plain count or ratio. */
  readonly unit: string;
} & (
  | { readonly kind: "integer" | "real"; readonly default: number; readonly min: number; readonly max: number }
  | { readonly kind: "boolean"; readonly default: boolean }
  | { readonly kind: "choice"; readonly default: string; readonly choices: readonly string[] }
  /** Name of one of the model's layers; "" stands for the model's default layer. */
  | { readonly kind: "layer"; readonly default: string }
  /** A line to be typed; what it may say stands in `help` and on the method's page. */
  | { readonly kind: "text"; readonly default: string }
);

export type ParamValue = number | boolean | string;
/** Values by parameter id; what is left out takes its default. */
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** How a map's numbers are read: signed maps get a diverging colour scale, unsigned ones a sequential one. */
export type MapKind = "signed" | "unsigned";

export interface Method {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly reference: string;
  readonly family: "gradient" | "class activation" | "decomposition" | "perturbation" | "surrogate";
  readonly map: MapKind;
  /** Of the map's numbers. */
  readonly unit: string;
  /** Whether it reads gradients, and whether its target must be a class (else any unit of any layer will do). */
  readonly needs: readonly ("gradients" | "classes")[];
  readonly params: readonly Param[];
}

/** Something that can be said of every scene of a kind. */
export interface SceneAttribute {
  readonly id: string;
  readonly name: string;
  readonly values: readonly string[];
  /** A cue: its value i speaks for class i, whatever the scene's label is. */
  readonly speaks_for_class: boolean;
}

/** What a hand can take hold of in a scene, and the ids of the parameters that change it; absent where there is none. */
export interface SceneHandle {
  /** Name of a part or an object. */
  readonly id: string;
  readonly label: string;
  /** To the right and down, in % of the side. */
  readonly x?: string;
  readonly y?: string;
  /** In %. */
  readonly scale?: string;
  /** Clockwise, in degrees. */
  readonly turn?: string;
  /** A choice of named values: a colour, a texture. */
  readonly choice?: string;
  /** In degrees. */
  readonly hue?: string;
}

export interface SceneKind {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly classes: readonly string[];
  readonly attributes: readonly SceneAttribute[];
  readonly handles: readonly SceneHandle[];
  readonly params: readonly Param[];
}

export interface Layer {
  readonly name: string;
  /** Kind of the operator that writes it, e.g. "conv_2d". */
  readonly op: string;
  /** [1, H, W, C] or [1, C]. */
  readonly shape: readonly number[];
  readonly spatial: boolean;
}

export interface Normalization {
  /** Per channel, of pixel values 0..255: the network gets (v - mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly source: "metadata" | "quantization" | "default" | "user";
}

export interface ModelInfo {
  readonly name: string;
  readonly input: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly type: "float32" | "int8" | "uint8";
  };
  readonly classes: number;
  /** "metadata", "labels.txt" or "none" (classes are then called "class 17"). */
  readonly label_source: string;
  readonly normalization: Normalization;
  /** How the network's output becomes probabilities. */
  readonly head: "softmax" | "logistic" | "logits";
  readonly layers: readonly Layer[];
  /** The layer a layer-picking method uses when none is named; null if the network has no spatial layer. */
  readonly default_layer: string | null;
  readonly quantized: boolean;
  /** Number of weights and biases. */
  readonly parameters: number;
  /** Of one forward pass of one picture. */
  readonly multiply_adds: number;
  /** Number of nodes in the graph. */
  readonly operators: number;
}

// ---- Answers -----------------------------------------------------------------------------------------------------------

export interface ClassScore {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly logit: number;
}

export interface Prediction {
  /** One forward pass, preprocessing included. */
  readonly forward_ms: number;
  /** The most probable first. */
  readonly top: readonly ClassScore[];
}

/** One of the network's tensors, dequantised. */
export interface Output {
  /** [1, ...] */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** "Why this class and not that one": the difference of the two scores. */
export interface Contrast {
  /** Index; -1 for the most probable. */
  readonly class: number;
  readonly versus: number;
}

/** One unit of a layer; without row and column the place where the channel answers most strongly to the picture. All count from 0. */
export interface Unit {
  readonly layer: string;
  readonly channel: number;
  readonly row?: number;
  readonly column?: number;
}

/** What is explained: the score of a class (its index; -1 for the most probable), of one class rather than another, or a unit. */
export type Target = number | Contrast | Unit;

export interface NamedClass {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}
export type ExplainedClass = NamedClass & { readonly versus?: NamedClass };
export type ExplainedUnit = Required<Unit>;

export interface Started {
  readonly method: string;
  readonly target: ExplainedClass | ExplainedUnit;
  /** All parameters, defaults filled in. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly seed: string;
  readonly map: MapKind;
  readonly unit: string;
}

export interface Progress {
  /** 0..1 */
  readonly progress: number;
  readonly done: boolean;
}

/** One number that a method knows besides its map: R², intercept, standard error ... */
export interface Finding {
  readonly id: string;
  readonly label: string;
  readonly value: number;
}

/** What arrives below one layer when relevance is handed down from the output. */
export interface LayerRelevance {
  readonly name: string;
  readonly op: string;
  /** How this layer's operator hands relevance down. */
  readonly rule: string;
  /** Sum over the layer; where every rule conserves, it is the explained score at each of them. */
  readonly relevance: number;
}

/** Numbers in the picture's own shape. */
export interface PlainMap {
  readonly height: number;
  readonly width: number;
  /** [height, width] */
  readonly values: Float32Array;
  readonly min: number;
  readonly max: number;
}

/** The best estimate so far, in the picture's own shape. */
export interface Heatmap extends PlainMap {
  /** The standard error of every pixel, [height, width], from methods that draw at random and know it. */
  readonly errors?: Float32Array;
  readonly map: MapKind;
  readonly unit: string;
  readonly findings: readonly Finding[];
  /** From methods of decomposition only: the output first. */
  readonly layers?: readonly LayerRelevance[];
}

export interface Superpixels {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  /** [height, width] in the picture's own shape: 0..count-1, or -1 where the network saw nothing. */
  readonly labels: Int32Array;
  /** Per superpixel, in units of probability. */
  readonly weights: Float32Array;
  /** Standard errors of the weights; empty where the method knows none (yet). */
  readonly errors: Float32Array;
  /** The surrogate predicts intercept + the sum of the weights that are on. */
  readonly intercept: number;
}

export interface RunsMap {
  readonly height: number;
  readonly width: number;
  /** [height, width] */
  readonly values: Float32Array;
  readonly min: number;
  readonly max: number;
}

/** One question answered with several seeds. */
export interface Runs {
  /** How many are done, the explanation itself among them, and how many were wanted. */
  readonly count: number;
  readonly wanted: number;
  /** Nothing differs: the method draws nothing at random, and the other seeds were left out. */
  readonly identical: boolean;
  /** Mean correlation of two runs, over superpixels or else pixels. */
  readonly agreement: number;
  readonly mean: RunsMap;
  /** Standard deviation over the runs. */
  readonly spread: RunsMap;
  readonly superpixels?: {
    readonly mean: readonly number[];
    readonly spread: readonly number[];
    /** In how many runs each spoke for the class, and against it. */
    readonly positive: readonly number[];
    readonly negative: readonly number[];
    /** Those that did both. */
    readonly flips: readonly number[];
  };
}

export interface Switched {
  /** Of every class, with the switched-off superpixels filled. */
  readonly probabilities: Float32Array;
  /** The surrogate's word on the target's probability. */
  readonly surrogate: number;
}

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** [height, width, 4], opaque */
  readonly rgba: Uint8ClampedArray;
}

export interface Scene extends Picture {
  readonly label: number;
  readonly class_name: string;
  /** [height, width], 0..255: how much of the pixel the deciding object covers. */
  readonly truth: Uint8Array;
  /** Whole things, and what they are made of; coverage as in truth. No pixel belongs to two parts. */
  readonly objects: readonly { readonly name: string; readonly coverage: Uint8Array }[];
  readonly parts: readonly { readonly name: string; readonly coverage: Uint8Array }[];
  /** One for each of the kind's, its value being an index into theirs. */
  readonly attributes: readonly { readonly id: string; readonly value: number; readonly coverage: Uint8Array }[];
  /** Those of the kind's that this scene shows, the picture's side being 1. */
  readonly handles: readonly { readonly id: string; readonly x: number; readonly y: number; readonly radius: number }[];
}

export interface Benchmark {
  readonly batch: number;
  readonly repeats: number;
  readonly threads: number;
  /** Median time of one forward pass of the whole batch. */
  readonly forward_ms: number;
  readonly images_per_second: number;
  /** 10^9 multiply-adds per second. */
  readonly gmacs: number;
  /** Sum over the layers, each timed alone in the same plan. */
  readonly layers_ms: number;
  /** Bytes held for activations and scratch memory. */
  readonly activation_bytes: number;
}

export interface Build {
  readonly version: string;
  readonly threads: boolean;
  readonly relaxed_simd: boolean;
}

// ---- The module --------------------------------------------------------------------------------------------------------

export type Fit = "stretch" | "centre-crop" | "letterbox";

/** One person's work: a model, a picture and a running explanation. */
export interface Session {
  /**
   * Reads a `.tflite` or a zip that holds one. A failed load leaves the former model in place.
   * @param labels  contents of a labels.txt that takes precedence; "" for none
   */
  loadModel(file: Uint8Array, name: string, labels: string): Reply<ModelInfo>;
  model(): Reply<ModelInfo>;
  /** @param labels  contents of a labels.txt */
  setLabels(labels: string): Reply<ModelInfo>;
  setNormalization(mean: readonly number[], std: readonly number[]): Reply<ModelInfo>;
  /** @param rgba  [height, width, 4] as `ImageData.data`; transparency is put over white */
  setImage(rgba: Uint8ClampedArray | Uint8Array, height: number, width: number): Reply<null>;
  setFit(fit: Fit): Reply<null>;
  /** Whether pictures that differ in small regions are updated, which is so by default, or computed whole each. For benchmarks. */
  setUpdates(on: boolean): Reply<null>;
  /**
   * Superpixels of the person's own, taken by methods whose parameter "segmentation" is "own"; another picture drops them.
   * @param rgba  [height, width, 4] of the picture's proportions, one colour for each segment; null for none
   * @returns how many segments there are
   */
  setSegments(rgba: Uint8ClampedArray | Uint8Array | null, height: number, width: number): Reply<number>;
  /** The picture as the network sees it, at its input size. */
  networkImage(): Reply<Picture>;

  /** @param top  how many classes to tell; 0 for all */
  predict(top: number): Reply<Prediction>;
  /** A tensor of the network for the present picture, by its name in the file. */
  output(name: string): Reply<Output>;
  /** One channel of a tensor [1, H, W, C] in the picture's own shape; 0 where the network saw nothing. */
  outputMap(name: string, channel: number): Reply<PlainMap>;
  /** What the network would say if that tensor held these values; only what follows it is computed. */
  predictWith(name: string, values: Float32Array, top: number): Reply<Prediction>;
  /** By index or label (exact, then unique beginning; case does not matter); "" is the most probable class. */
  findClass(text: string): Reply<number>;

  /**
   * Begins an explanation; the one before it is dropped. A new model, picture or fit drops it too.
   * @param target  units need a method that reads gradients; others answer invalid_argument
   * @param seed    a number up to 2^53, or decimal text up to 2^64 - 1
   */
  start(method: string, target: Target, params: ParamValues, seed: number | string): Reply<Started>;
  /** Some 20-50 ms of work. Calling it on a finished explanation does nothing. */
  step(): Reply<Progress>;
  cancel(): Reply<null>;
  heatmap(): Reply<Heatmap>;
  /** Asks a finished explanation's question again with the seeds that follow, `count` in all; the explanation stays as it is. */
  beginRuns(count: number): Reply<null>;
  stepRuns(): Reply<Progress>;
  cancelRuns(): Reply<null>;
  /** What is known so far; null before beginRuns. */
  runs(): Reply<Runs | null>;
  /** null when the running method does not work on superpixels, or has not cut the picture yet. */
  superpixels(): Reply<Superpixels | null>;
  /** @param on  one flag (0 or 1) per superpixel */
  switchSuperpixels(on: Uint8Array): Reply<Switched>;
  switchedImage(on: Uint8Array): Reply<Picture>;

  /** Times `repeats` forward passes of `batch` pictures (1..64). */
  benchmark(batch: number, repeats: number): Reply<Benchmark>;

  /** Frees the session's memory; it must not be used afterwards. */
  delete(): void;
}

export interface WhyboxModule {
  /**
   * @param threads  in the threaded build at most 8 and the machine's cores; 1 elsewhere, whatever is asked for. The workers
   *   of a deleted session come back when the event loop has turned, so hold one session with threads at a time.
   */
  readonly Session: new (threads: number) => Session;
  build(): Reply<Build>;
  methods(): Reply<readonly Method[]>;
  sceneKinds(): Reply<readonly SceneKind[]>;
  /** Draws a synthetic picture whose truth is known. @param size  pixels on a side */
  scene(kind: string, seed: number | string, size: number, params: ParamValues): Reply<Scene>;
  /** Size of the module's linear memory. */
  memoryBytes(): number;
}

export interface ModuleOptions {
  /** Where to find `whybox.wasm`. */
  locateFile?(path: string, prefix: string): string;
  /** In the threaded build: where its pthread workers find `whybox.js`. */
  mainScriptUrlOrBlob?: string | Blob;
  print?(text: string): void;
  printErr?(text: string): void;
}

declare const createWhybox: (options?: ModuleOptions) => Promise<WhyboxModule>;
export default createWhybox;
