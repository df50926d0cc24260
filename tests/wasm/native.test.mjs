// The module's maps against the native command's, method by method, on one shipped network and one scene: `node --test tests/wasm`.
// WHYBOX_MODULE and WHYBOX_COMMAND name other builds than build/wasm-simd/whybox.js and build/native/whybox.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { default: createWhybox } = await import(pathToFileURL(process.env.WHYBOX_MODULE ?? resolve(root, "build/wasm-simd/whybox.js")).href);
const command = process.env.WHYBOX_COMMAND ?? resolve(root, "build/native/whybox");
const model = resolve(root, "models/triangle/triangle_float.tflite");
const whybox = await createWhybox();
const folder = mkdtempSync(join(tmpdir(), "whybox-"));
/**
 * A scene for which no pooling or rectifier of the passes below hangs on a rounding: the two then agree to some 1e-7. One that does
 * changes its receptive field by 1e-5 to 1e-2, in either build's own right.
 */
const SEED = 8;
const SIZE = 96; // the network's own, so that nothing is scaled
/**
 * Of the map's largest value. The same sums in another order: kernels of 4 floats here, of up to 16 there, each step rounding
 * by 6e-8, through a dozen layers.
 */
const TOLERANCE = 1e-5;
/** Few, because every further pass is another chance that a pooling's two largest values are a rounding apart. */
const SHORT = { samples: 4, steps: 4, examples: 4 };

function value(reply) {
  assert.equal(reply.ok, true, reply.message);
  return reply.value;
}

const session = new whybox.Session(1);
const scene = value(whybox.scene("triangle", SEED, SIZE, { class: "triangle" }));
value(session.loadModel(readFileSync(model), "triangle", ""));
value(session.setImage(scene.rgba, scene.height, scene.width));
const picture = join(folder, "scene.png");
execFileSync(command, ["scene", "--seed", String(SEED), "--size", String(SIZE), "--param", "class=triangle", "--png", picture]);
after(() => {
  session.delete();
  rmSync(folder, { recursive: true, force: true });
});

/** The values of a float32 array that NumPy could read. */
function npy(path) {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}

function native(method, params) {
  const path = join(folder, `${method}.npy`);
  const given = Object.entries(params).flatMap(([name, each]) => ["--param", `${name}=${each}`]);
  execFileSync(command, ["explain", "--model", model, "--image", picture, "--method", method, "--out", path, ...given], { stdio: "pipe" });
  return npy(path);
}

function here(method, params) {
  value(session.start(method, -1, params, 0));
  while (!value(session.step()).done);
  return value(session.heatmap()).values;
}

for (const { id, params } of value(whybox.methods()).filter((method) => method.needs.includes("gradients")))
  test(`${id}: the map is the native command's`, () => {
    const short = Object.fromEntries(Object.entries(SHORT).filter(([name]) => params.some((param) => param.id === name)));
    const wanted = native(id, short), got = here(id, short);
    assert.equal(got.length, wanted.length);
    const largest = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const difference = wanted.reduce((most, each, i) => Math.max(most, Math.abs(each - got[i])), 0);
    assert.ok(largest > 0);
    assert.ok(difference <= TOLERANCE * largest, `differs by ${difference / largest} of the largest value`);
  });
