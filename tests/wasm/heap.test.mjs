// What the module's memory grows to, each time in a module of its own: `node --test tests/wasm`.
// WHYBOX_MODULE names another build than build/wasm-simd/whybox.js, WHYBOX_SHARED a folder with real networks (without it those
// are skipped), WHYBOX_SOAK another number of runs than 120.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { default: createWhybox } = await import(pathToFileURL(process.env.WHYBOX_MODULE ?? resolve(root, "build/wasm-simd/whybox.js")).href);
const mobilenet = resolve(process.env.WHYBOX_SHARED ?? resolve(root, "../shared"), "models/tf2_mobilenet_v2_1.0_224_ptq.tflite");
const MEGABYTE = 1e6;

function value(reply) {
  assert.equal(reply.ok, true, reply.message);
  return reply.value;
}

/** A module of its own, with a network and a scene of its size. */
async function opened(file) {
  const whybox = await createWhybox();
  const session = new whybox.Session(1);
  const { input } = value(session.loadModel(readFileSync(file), "network", ""));
  const scene = value(whybox.scene("triangle", 5, Math.max(32, input.height), {}));
  value(session.setImage(scene.rgba, scene.height, scene.width));
  return { whybox, session };
}

const BOUNDS = [
  { method: "gradient", params: {}, megabytes: 120 },
  { method: "grad-cam", params: {}, megabytes: 120 },
  { method: "lime", params: { samples: "1000" }, megabytes: 150 },
];
for (const { method, params, megabytes } of BOUNDS)
  test(`${method} on MobileNetV2 stays below ${megabytes} MB`, { skip: !existsSync(mobilenet) && "no MobileNetV2 here" }, async () => {
    const { whybox, session } = await opened(mobilenet);
    value(session.start(method, -1, params, 0));
    while (!value(session.step()).done);
    value(session.heatmap());
    const bytes = whybox.memoryBytes();
    assert.ok(bytes <= megabytes * MEGABYTE, `${bytes / MEGABYTE} MB`);
  });

/** Few samples, so that many runs fit. */
const SHORT = { samples: "20", steps: "5", examples: "3", permutations: "2" };

/** mulberry32: runs that fail can be run again. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A value the parameter takes, or nothing for its default. */
function drawn(param, random) {
  if (param.id in SHORT) return SHORT[param.id];
  if (random() < 0.5) return undefined;
  if (param.kind === "choice") return param.choices[Math.floor(random() * param.choices.length)];
  return undefined;
}

test("memory is flat over runs of random methods, parameters and cancels", async () => {
  const { whybox, session } = await opened(resolve(root, "models/triangle-colour/triangle-colour_int8.tflite"));
  const methods = value(whybox.methods());
  const random = generator(1);
  const runs = Number(process.env.WHYBOX_SOAK ?? 120);
  const run = (method) => {
    const params = Object.fromEntries(method.params.map((param) => [param.id, drawn(param, random)]).filter(([, given]) => given !== undefined));
    const reply = session.start(method.id, -1, params, Math.floor(random() * 1000));
    if (!reply.ok) return assert.ok(reply.message.length > 0); // a combination that it refuses, in words
    const patience = random() < 0.3 ? Math.floor(random() * 4) : Infinity;
    for (let steps = 0; steps < patience; ++steps) {
      const step = session.step();
      if (!step.ok) return assert.ok(step.message.length > 0);
      if (step.value.done) return value(session.heatmap());
    }
    value(session.cancel());
  };
  for (const method of methods) run(method); // every method's kernels and tables
  let settled = 0;
  for (let i = 0; i < runs; ++i) {
    run(methods[Math.floor(random() * methods.length)]);
    if (i === Math.floor(runs / 2)) settled = whybox.memoryBytes();
  }
  assert.equal(whybox.memoryBytes(), settled);
});
