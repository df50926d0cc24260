/** What the benchmark page measures: each engine that can run here, on one network and one picture. */
import { chooseThreads, chooseVariant, detectFeatures } from "../worker/features";
import type { EngineInfo, Variant } from "../worker/protocol";
import type { Benchmark, Method, ModelInfo, Picture } from "../../../wasm/whybox";
import { makeWorker, WhyboxClient } from "./client";
import { pageBase } from "./engine";

export interface Contender {
  readonly name: string;
  readonly variant: Variant;
  readonly threads: number;
}

export interface MethodTime {
  readonly method: string;
  readonly samples: number;
  readonly milliseconds: number;
}

export interface Measurement extends Contender {
  readonly single: Benchmark;
  readonly batch: Benchmark;
  readonly methods: readonly MethodTime[];
  /** The most memory that all of it needed. */
  readonly memory_bytes: number;
}

export interface Report {
  readonly model: { readonly name: string; readonly multiply_adds: number; readonly input: ModelInfo["input"] };
  readonly browser: string;
  readonly cores: number;
  readonly measurements: readonly Measurement[];
}

export const SAMPLES = 1000;
const BATCH = 16;
/** Enough repeats for a steady median, within some seconds per engine. */
const REPEATS = { single: 30, batch: 5 } as const;
/** How every sampling method calls the number of its samples. */
const SAMPLES_PARAM = "samples";

export function contenders(): Contender[] {
  const best = chooseVariant(detectFeatures());
  if (best === null) return [];
  const plain: Contender = { name: "SIMD, 1 thread", variant: "wasm-simd", threads: 1 };
  if (best === "wasm-simd") return [plain];
  if (best === "wasm-relaxed") return [plain, { name: "relaxed SIMD, 1 thread", variant: best, threads: 1 }];
  const threads = chooseThreads(best, navigator.hardwareConcurrency);
  return [
    plain,
    { name: "relaxed SIMD, 1 thread", variant: "wasm-threads", threads: 1 },
    { name: `relaxed SIMD, ${threads} threads`, variant: "wasm-threads", threads },
  ];
}

/**
 * Methods that ask the network alone and take a number of samples, with the parameter that sets it. Those that need gradients
 * cost another kind of pass.
 */
export function samplingMethods(methods: readonly Method[]): { method: Method; param: string }[] {
  return methods.filter(({ needs }) => !needs.includes("gradients")).flatMap((method) => {
    const param = method.params.find(({ id, kind }) => kind === "integer" && id === SAMPLES_PARAM);
    return param === undefined ? [] : [{ method, param: param.id }];
  });
}

/** A picture with something everywhere, the same each time. */
export function testPicture(width: number, height: number): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(x / 9) + Math.sin(y / 13) + Math.sin((x + y) / 21);
      rgba.set([128 + 40 * wave, (x * 255) / width, (y * 255) / height, 255], (y * width + x) * 4);
    }
  return { width, height, rgba };
}

async function timeMethods(client: WhyboxClient, engine: EngineInfo, signal?: AbortSignal): Promise<MethodTime[]> {
  const times: MethodTime[] = [];
  for (const { method, param } of samplingMethods(engine.methods)) {
    const question = { method: method.id, target: -1, params: { [param]: SAMPLES }, seed: 0 };
    const { milliseconds } = await client.explain(question, { signal });
    times.push({ method: method.name, samples: SAMPLES, milliseconds });
  }
  return times;
}

/** Measures one engine in a worker of its own. */
export async function measure(
  contender: Contender,
  model: { file: Uint8Array; name: string; labels: string },
  signal?: AbortSignal,
): Promise<{ measurement: Measurement; info: ModelInfo }> {
  const { variant, threads } = contender;
  const { client, engine } = await WhyboxClient.open({ base: pageBase(), variant, threads, makeWorker });
  try {
    const info = await client.loadModel(model.file, model.name, model.labels);
    await client.setImage(testPicture(info.input.width, info.input.height));
    const single = await client.benchmark(1, REPEATS.single, signal);
    const batch = await client.benchmark(BATCH, REPEATS.batch, signal);
    const methods = await timeMethods(client, engine, signal);
    return { measurement: { ...contender, single, batch, methods, memory_bytes: await client.memoryBytes() }, info };
  } finally {
    client.close();
  }
}
