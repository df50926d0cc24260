// In the page: our engine in a worker, LiteRT's here, one after the other on the same picture (tests/bench/peers.mjs).
import { loadAndCompile, loadLiteRt, Tensor, unloadLiteRt } from "@litertjs/core";
import { coalition, limeInJavaScript, median, riseMask } from "./algorithms.js";

const FORWARD_PASSES = 30;

function ours(request) {
  const worker = new Worker("worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

const TYPES = { uint8: Uint8Array, int8: Int8Array, float32: Float32Array };

/** Pixels 0..255 as a network's input: bytes where it takes bytes, -1..1 where it takes floats. */
function encoded(pixels, { dtype }) {
  if (dtype === "uint8") return pixels;
  return TYPES[dtype].from(pixels, (value) => (dtype === "int8" ? value - 128 : value / 127.5 - 1));
}

async function timed(work) {
  const begin = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - begin };
}

async function liteRt({ model, threads, samples, scene }) {
  await loadLiteRt("/litertjs/core/wasm/", { threads: threads > 1 });
  try {
    const network = await loadAndCompile(new Uint8Array(model), { accelerator: "wasm", cpuOptions: { numThreads: threads } });
    const [input] = network.getInputDetails();
    const fitted = encoded(scene.pixels, input);
    /** One pass: the elements in, the scores out. */
    const pass = async (elements) => {
      const tensor = new Tensor(elements, Array.from(input.shape));
      const outputs = await network.run([tensor]);
      const scores = outputs[0].toTypedArray().slice();
      tensor.delete();
      for (const output of outputs) output.delete();
      return scores;
    };
    for (let i = 0; i < FORWARD_PASSES; ++i) await pass(fitted); // likewise
    const times = [];
    for (let i = 0; i < FORWARD_PASSES; ++i) times.push((await timed(() => pass(fitted))).milliseconds);
    const fill = encoded(scene.fill, input);
    const of = { picture: fitted, fill, labels: scene.labels, count: scene.count, channels: input.shape[3], width: input.shape[2], pass, samples };
    const lime = await timed(() => limeInJavaScript({ ...of, compose: coalition }));
    const rise = await timed(() => limeInJavaScript({ ...of, compose: riseMask }));
    return { threads, forward: median(times), lime: lime.milliseconds, rise: rise.milliseconds };
  } finally {
    unloadLiteRt();
  }
}

/** @param asked  { model: address, samples, threads: [1, 2] } */
globalThis.measure = async (asked) => {
  const model = await (await fetch(asked.model)).arrayBuffer();
  const found = { ours: [], peer: [] };
  for (const threads of asked.threads) {
    const measured = await ours({ model, samples: asked.samples, threads, forwardPasses: FORWARD_PASSES });
    found.ours.push(measured.times);
    const peer = liteRt({ model, threads, samples: asked.samples, scene: measured.scene });
    found.peer.push(await peer.catch((refusal) => (console.warn(refusal), null)));
  }
  return found;
};
globalThis.ready = true;
