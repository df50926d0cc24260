// The builds with relaxed SIMD, with threads and without, beside the plain one: in 8 bits they say the same, bit for bit. `node --test tests/wasm`,
// with --experimental-wasm-relaxed-simd where Node still asks for it. WHYBOX_SHARED names a folder with real networks.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const module = async (variant) => (await import(pathToFileURL(resolve(root, `build/${variant}/whybox.js`)).href)).default();
const plain = await module("wasm-simd");
const relaxed = { "wasm-relaxed": await module("wasm-relaxed"), "wasm-threads": await module("wasm-threads") };
// Its waiting threads would keep Node from ending.
after(() => setImmediate(() => process.exit()));

const shared = resolve(process.env.WHYBOX_SHARED ?? resolve(root, "../shared"), "models");
const shipped = readdirSync(join(root, "models"))
  .map((name) => join(root, "models", name, `${name}_int8.tflite`))
  .filter((file) => existsSync(file));
const real = existsSync(shared) ? readdirSync(shared).filter((name) => /quant|ptq|int8/.test(name)).map((name) => join(shared, name)) : [];
const SCENES = 5;

function value(reply) {
  assert.equal(reply.ok, true, reply.message);
  return reply.value;
}

/** What a module makes of a network: its answers to some scenes, and two maps that take many passes, and parts of them. */
function answers(whybox, file) {
  const session = new whybox.Session(2);
  const { input } = value(session.loadModel(readFileSync(file), file, ""));
  const answered = [];
  for (let seed = 0; seed < SCENES; ++seed) {
    const scene = value(whybox.scene("cue-conflict", seed, Math.max(32, input.height), {}));
    value(session.setImage(scene.rgba, scene.height, scene.width));
    answered.push(value(session.predict(0)).top.flatMap(({ index, probability, logit }) => [index, probability, logit]));
  }
  const patch = String(Math.floor(input.height / 4));
  for (const [method, params] of [["lime", { samples: "20" }], ["occlusion", { window: patch, stride: patch }]]) {
    value(session.start(method, -1, params, 1));
    while (!value(session.step()).done);
    answered.push(Array.from(value(session.heatmap()).values));
  }
  session.delete();
  return answered;
}

/** Numbers of two answers that differ, in words; not the numbers themselves, of which there are many. */
const differing = (ours, theirs) =>
  ours.flatMap((numbers, i) => {
    const places = numbers.filter((number, j) => !Object.is(number, theirs[i][j])).length;
    return places > 0 ? [`answer ${i}: ${places} of ${numbers.length} numbers`] : [];
  });

assert.ok(shipped.length > 0);
for (const file of [...shipped, ...real])
  test(`${file.split("/").pop()} answers the same with relaxed SIMD`, () => {
    const wanted = answers(plain, file);
    for (const [variant, whybox] of Object.entries(relaxed)) assert.deepEqual(differing(answers(whybox, file), wanted), [], variant);
  });
