/**
 * A double of the WebAssembly module for unit tests of the worker and the client: same surface, arithmetic that can be done by hand.
 * The class score is the picture's mean red; the surrogate method's weights are 0.1, 0.2, ... over a grid of four cells.
 */
import type {
  Heatmap,
  Method,
  ModelInfo,
  ParamValues,
  Picture,
  Progress,
  Reply,
  Runs,
  Scene,
  Session,
  Started,
  Superpixels,
  Target,
  WhyboxModule,
} from "../../wasm/whybox";

const SIDE = 8;
export const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

export const fakeMethods: readonly Method[] = [
  {
    id: "quick",
    name: "Quick look",
    summary: "Answers in one step.",
    reference: "Nobody, never",
    family: "class activation",
    map: "unsigned",
    unit: "logit",
    needs: [],
    params: [{ id: "layer", label: "Layer", help: "Which layer to look at.", unit: "", kind: "layer", default: "" }],
  },
  {
    id: "slow",
    name: "Slow look",
    summary: "Answers in many steps.",
    reference: "Nobody, never",
    family: "surrogate",
    map: "signed",
    unit: "probability",
    needs: [],
    params: [
      { id: "samples", label: "Samples", help: "How many.", unit: "", kind: "integer", default: 50, min: 1, max: 5000 },
      { id: "width", label: "Width", help: "Of the kernel.", unit: "", kind: "real", default: 0.25, min: 0.01, max: 2 },
      { id: "fill", label: "Fill", help: "What hides.", unit: "", kind: "choice", default: "mean", choices: ["mean", "grey"] },
      { id: "exact", label: "Exact", help: "Or not.", unit: "", kind: "boolean", default: false },
      { id: "rules", label: "Rules", help: "One per layer.", unit: "", kind: "text", default: "" },
    ],
  },
];

export const fakeModel: ModelInfo = {
  name: "fake",
  input: { height: SIDE, width: SIDE, channels: 3, type: "int8" },
  classes: 2,
  label_source: "none",
  normalization: { mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5], source: "default" },
  head: "softmax",
  layers: [
    { name: "early", op: "conv_2d", shape: [1, 4, 4, 8], spatial: true },
    { name: "late", op: "conv_2d", shape: [1, 2, 2, 16], spatial: true },
    { name: "dense", op: "fully_connected", shape: [1, 2], spatial: false },
  ],
  default_layer: "late",
  quantized: true,
  parameters: 1234,
  multiply_adds: 56789,
  operators: 5,
};

const NAMES = ["no", "yes"];
const named = (index: number) => ({ index, label: NAMES[index] ?? "", probability: 0.25 + 0.5 * index });

/** What is explained, as the core tells it back. */
function explained(target: Target): Started["target"] {
  if (typeof target === "number") return named(target < 0 ? 1 : target);
  if ("layer" in target) return { row: 0, column: 1, ...target };
  return { ...named(target.class < 0 ? 1 : target.class), versus: named(target.versus) };
}

function gridOf(picture: Picture): Superpixels {
  const { height, width } = picture;
  const labels = Int32Array.from({ length: height * width }, (_, i) => {
    const row = Math.floor(i / width) < height / 2 ? 0 : 1;
    return 2 * row + (i % width < width / 2 ? 0 : 1);
  });
  return { height, width, count: 4, labels, weights: Float32Array.of(0.1, 0.2, 0.3, -0.1), errors: Float32Array.of(0.01, 0.02, 0.03, 0.04), intercept: 0.25 };
}

export class FakeSession implements Session {
  picture: Picture | null = null;
  private steps = 0;
  private goal = 0;
  private id = "";
  private wanted = 0;
  private asked = 0;
  constructor(readonly threads: number) {}

  loadModel(file: Uint8Array, name: string): Reply<ModelInfo> {
    if (file[0] === 0xff) throw new WebAssembly.RuntimeError("unreachable");
    return file.length > 0 ? ok({ ...fakeModel, name }) : { ok: false, code: "bad_model", message: "the file is empty" };
  }
  model = (): Reply<ModelInfo> => ok(fakeModel);
  setLabels = (): Reply<ModelInfo> => ok({ ...fakeModel, label_source: "labels.txt" });
  setNormalization = (): Reply<ModelInfo> => ok(fakeModel);
  setImage(rgba: Uint8ClampedArray, height: number, width: number): Reply<null> {
    this.picture = { rgba, height, width };
    return ok(null);
  }
  setFit = (): Reply<null> => ok(null);
  setUpdates = (): Reply<null> => ok(null);
  /** One segment for each value of red. */
  setSegments(rgba: Uint8ClampedArray | null): Reply<number> {
    if (rgba === null) return ok(0);
    const count = new Set(rgba.filter((_, i) => i % 4 === 0)).size;
    return count > 1 ? ok(count) : { ok: false, code: "invalid_argument", message: "segments: the label image has one colour" };
  }
  networkImage = (): Reply<Picture> => ok(this.shown());
  predict = () =>
    ok({
      forward_ms: 1,
      top: [
        { index: 1, label: "yes", probability: 0.75, logit: 1 },
        { index: 0, label: "no", probability: 0.25, logit: 0 },
      ],
    });
  output = (name: string) =>
    name === "dense" ? ok({ shape: [1, 2], values: Float32Array.of(0.25, 0.75) }) : { ok: false as const, code: "invalid_argument" as const, message: `no tensor ${name}` };
  outputMap(_name: string, channel: number) {
    const { height, width } = this.shown();
    return ok({ height, width, values: new Float32Array(height * width).fill(channel), min: channel, max: channel });
  }
  predictWith = (_name: string, values: Float32Array) =>
    ok({ forward_ms: 1, top: [...values].map((value, index) => ({ index, label: NAMES[index] ?? "", probability: value, logit: value })) });
  findClass = (): Reply<number> => ok(1);

  start(method: string, target: Target, params: ParamValues, seed: number | string): Reply<Started> {
    this.id = method;
    this.steps = 0;
    this.goal = method === "slow" ? Number(params["samples"] ?? 50) : 1;
    if (params["rules"] === "nonsense") return { ok: false, code: "invalid_argument", message: 'parameter rules: "nonsense" is no rule' };
    return ok({
      method,
      target: explained(target),
      params,
      seed: String(seed),
      map: method === "slow" ? "signed" : "unsigned",
      unit: "probability",
    });
  }
  /** A step takes 2 ms, as if it worked. */
  step(): Reply<Progress> {
    for (const end = performance.now() + 2; performance.now() < end; );
    this.steps++;
    return ok({ progress: this.steps / this.goal, done: this.steps >= this.goal });
  }
  cancel = (): Reply<null> => ok(null);
  heatmap(): Reply<Heatmap> {
    const { height, width } = this.shown();
    const values = Float32Array.from({ length: height * width }, (_, i) => i);
    const map = this.id === "slow" ? "signed" : "unsigned";
    return ok({ height, width, values, min: 0, max: values.length - 1, map, unit: "probability", findings: [] });
  }
  beginRuns(count: number): Reply<null> {
    this.wanted = count;
    this.asked = 1;
    return ok(null);
  }
  /** A run takes 20 ms. */
  stepRuns(): Reply<Progress> {
    for (const end = performance.now() + 20; performance.now() < end; );
    this.asked++;
    return ok({ progress: (this.asked - 1) / (this.wanted - 1), done: this.asked >= this.wanted });
  }
  cancelRuns(): Reply<null> {
    this.asked = 0;
    return ok(null);
  }
  /** The first superpixel's sign depends on the seed. */
  runs(): Reply<Runs | null> {
    const { height, width } = this.shown();
    const map = (value: number) => ({ height, width, values: new Float32Array(height * width).fill(value), min: value, max: value });
    const superpixels = { mean: [0, 0.2, 0.3, -0.1], spread: [0.1, 0, 0, 0], positive: [1, 2, 2, 0], negative: [1, 0, 0, 2], flips: [0] };
    const known = { count: this.asked, wanted: this.wanted, identical: false, agreement: 0.9, mean: map(1), spread: map(0.1), superpixels };
    return ok(this.asked === 0 ? null : known);
  }
  superpixels = (): Reply<Superpixels | null> => ok(this.id === "slow" ? gridOf(this.shown()) : null);
  switchSuperpixels(on: Uint8Array) {
    const { weights, intercept } = gridOf(this.shown());
    const surrogate = on.reduce((sum, flag, i) => sum + flag * (weights[i] ?? 0), intercept);
    return ok({ probabilities: Float32Array.of(1 - surrogate, surrogate), surrogate });
  }
  switchedImage = (): Reply<Picture> => ok({ height: SIDE, width: SIDE, rgba: new Uint8ClampedArray(SIDE * SIDE * 4).fill(128) });
  benchmark = (batch: number, repeats: number) =>
    ok({ batch, repeats, threads: this.threads, forward_ms: 1, images_per_second: 1000 * batch, gmacs: 1, layers_ms: 1, activation_bytes: 1 });
  delete(): void {}

  private shown(): Picture {
    return this.picture ?? { height: SIDE, width: SIDE, rgba: new Uint8ClampedArray(SIDE * SIDE * 4) };
  }
}

function fakeScene(size: number): Scene {
  const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
  const masks = { truth: new Uint8Array(size * size), objects: [], parts: [], attributes: [], handles: [] };
  return { height: size, width: size, rgba, label: 1, class_name: "yes", ...masks };
}

export const fakeModule: WhyboxModule = {
  Session: FakeSession,
  build: () => ok({ version: "0.0.0", threads: false, relaxed_simd: false }),
  methods: () => ok(fakeMethods),
  sceneKinds: () => ok([]),
  scene: (_kind, _seed, size) => ok(fakeScene(size)),
  memoryBytes: () => 32e6,
};
