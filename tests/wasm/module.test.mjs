// The module's surface (wasm/whybox.d.ts), under Node, on a shipped network and its own scenes: `node --test tests/wasm`.
// WHYBOX_MODULE names another build than build/wasm-simd/whybox.js.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { default: createWhybox } = await import(pathToFileURL(process.env.WHYBOX_MODULE ?? resolve(root, "build/wasm-simd/whybox.js")).href);
const whybox = await createWhybox();
const network = readFileSync(resolve(root, "models/triangle/triangle_int8.tflite"));
const labels = readFileSync(resolve(root, "models/triangle/labels.txt"), "utf8");

function value(reply) {
  assert.equal(reply.ok, true, reply.message);
  return reply.value;
}

function refused(reply, code) {
  assert.equal(reply.ok, false);
  assert.equal(reply.code, code, reply.message);
  assert.ok(reply.message.length > 0);
  return reply.message;
}

let session;
before(() => {
  session = new whybox.Session(2); // one in the build without threads
  value(session.loadModel(network, "triangle.tflite", labels));
});
after(() => session.delete());

/** Shows the session a scene with a triangle. */
function showTriangle(size = 96) {
  const scene = value(whybox.scene("triangle", 5, size, { class: "triangle" }));
  value(session.setImage(scene.rgba, scene.height, scene.width));
  return scene;
}

function explain(method, params = {}, seed = 0) {
  const started = value(session.start(method, -1, params, seed));
  let progress = 0;
  for (;;) {
    const step = value(session.step());
    assert.ok(step.progress >= progress && step.progress <= 1);
    progress = step.progress;
    if (step.done) return started;
  }
}

test("the registries are plain objects", () => {
  const methods = value(whybox.methods());
  assert.ok(methods.some(({ id }) => id === "lime"));
  for (const method of methods) assert.ok(["signed", "unsigned"].includes(method.map));
  assert.ok(value(whybox.sceneKinds()).some(({ id }) => id === "triangle"));
  assert.match(value(whybox.build()).version, /^\d+\.\d+\.\d+$/);
});

test("a scene comes with its picture, its class and its truth, the same for the same seed", () => {
  const scene = value(whybox.scene("triangle", "18446744073709551615", 64, { class: "triangle" }));
  assert.equal(scene.rgba.constructor, Uint8ClampedArray);
  assert.equal(scene.rgba.length, 64 * 64 * 4);
  assert.equal(scene.class_name, "triangle");
  assert.equal(scene.truth.constructor, Uint8Array);
  assert.ok(scene.truth.some((coverage) => coverage > 0));
  assert.deepEqual(value(whybox.scene("triangle", "18446744073709551615", 64, { class: "triangle" })).rgba, scene.rgba);
  refused(whybox.scene("mermaid", 0, 64, {}), "invalid_argument");
  refused(whybox.scene("triangle", -1, 64, {}), "invalid_argument");
  refused(whybox.scene("triangle", 0.5, 64, {}), "invalid_argument");
});

test("every kind of scene says what can be changed by hand, and its scenes where", () => {
  for (const kind of value(whybox.sceneKinds())) {
    const scene = value(whybox.scene(kind.id, 4, 48, { class: kind.classes.at(-1) }));
    const params = kind.params.map((param) => param.id);
    for (const { id, label, ...named } of kind.handles) {
      assert.ok(label.length > 0);
      for (const param of Object.values(named)) assert.ok(params.includes(param), `${kind.id}, ${id}: ${param}`);
    }
    assert.ok(scene.handles.length > 0);
    for (const { id, x, y, radius } of scene.handles) {
      assert.ok(kind.handles.some((handle) => handle.id === id));
      assert.ok(x > 0 && x < 1 && y > 0 && y < 1 && radius > 0);
    }
    assert.deepEqual(scene.attributes.map(({ id }) => id), kind.attributes.map(({ id }) => id));
    for (const { coverage } of [...scene.objects, ...scene.parts, ...scene.attributes]) assert.equal(coverage.length, 48 * 48);
    assert.ok(scene.parts.length >= scene.objects.length);
  }
});

test("a model tells what it is", () => {
  const model = value(session.model());
  assert.equal(model.name, "triangle.tflite");
  assert.deepEqual(model.input, { height: 96, width: 96, channels: 3, type: model.input.type });
  assert.equal(model.classes, 2);
  assert.equal(model.quantized, true);
  assert.ok(model.layers.some(({ name }) => name === model.default_layer));
});

test("a scene with a triangle is seen to have one", () => {
  showTriangle();
  const prediction = value(session.predict(1));
  assert.equal(prediction.top.length, 1);
  assert.equal(prediction.top[0].label, "triangle");
  assert.equal(value(session.predict(0)).top.length, 2);
  assert.equal(value(session.findClass("TRI")), prediction.top[0].index);
  assert.equal(value(session.networkImage()).rgba.length, 96 * 96 * 4);
});

test("a tensor of the network is read by its name, and what follows it answers to values set by hand", () => {
  showTriangle();
  const { top } = value(session.predict(0));
  const name = value(session.model()).layers.at(-1).name;
  const { shape, values } = value(session.output(name));
  assert.equal(values.constructor, Float32Array);
  assert.equal(values.length, shape.reduce((product, extent) => product * extent, 1));
  assert.deepEqual(value(session.predictWith(name, values, 0)).top, top);
  const other = value(session.predictWith(name, values.map((each) => -each), 1)).top;
  assert.equal(other.length, 1);
  assert.deepEqual(value(session.predict(0)).top, top);
  const layer = value(session.model()).default_layer;
  const map = value(session.outputMap(layer, 0));
  assert.deepEqual([map.height, map.width, map.values.length], [96, 96, 96 * 96]);
  assert.ok(map.min <= map.max);
  refused(session.outputMap(layer, -1), "out_of_range");
  refused(session.output("nothing of that name"), "invalid_argument");
  refused(session.predictWith(name, values.slice(1), 0), "shape_mismatch");
  refused(session.predictWith(name, [1, 2], 0), "invalid_argument");
});

test("every method explains, and its map has the picture's own shape", () => {
  showTriangle(150);
  for (const { id, map, params } of value(whybox.methods())) {
    const started = explain(id, params.some((param) => param.id === "samples") ? { samples: 40 } : {});
    assert.equal(started.target.label, "triangle");
    const heatmap = value(session.heatmap());
    assert.equal(heatmap.values.constructor, Float32Array);
    assert.equal(heatmap.values.length, 150 * 150);
    assert.equal(heatmap.map, map);
    assert.equal(heatmap.values.reduce((most, each) => Math.max(most, each), -Infinity), Math.fround(heatmap.max));
    assert.ok(Array.isArray(heatmap.findings));
  }
});

test("arrays are copies: later work does not change them", () => {
  showTriangle();
  explain("rise", { samples: 16 });
  const first = value(session.heatmap()).values;
  const before = first.slice();
  explain("rise", { samples: 16 }, 9);
  assert.deepEqual(first, before);
  assert.notEqual(first.buffer, whybox.HEAPU8?.buffer);
});

test("the same seed gives the same bytes, as number or text", () => {
  showTriangle();
  explain("rise", { samples: 32 }, 7);
  const first = value(session.heatmap()).values;
  explain("rise", { samples: 32 }, "7");
  assert.deepEqual(value(session.heatmap()).values, first);
});

test("superpixels can be switched, and the network answers", () => {
  showTriangle();
  explain("lime", { samples: 60, superpixels: 12 });
  const superpixels = value(session.superpixels());
  assert.equal(superpixels.labels.constructor, Int32Array);
  assert.equal(superpixels.weights.length, superpixels.count);
  const on = new Uint8Array(superpixels.count).fill(1);
  const all = value(session.switchSuperpixels(on));
  const sum = superpixels.weights.reduce((total, weight) => total + weight, superpixels.intercept);
  assert.ok(Math.abs(all.surrogate - sum) < 1e-5); // float32 sum of numbers near 1
  const none = value(session.switchSuperpixels(new Uint8Array(superpixels.count)));
  const target = value(session.findClass("triangle"));
  assert.ok(none.probabilities[target] < all.probabilities[target]);
  assert.ok(Math.abs(none.surrogate - superpixels.intercept) < 1e-6);
  assert.notDeepEqual(value(session.switchedImage(new Uint8Array(superpixels.count))).rgba, value(session.networkImage()).rgba);
  refused(session.switchSuperpixels(new Uint8Array(1)), "shape_mismatch");
  refused(session.switchSuperpixels([1, 0]), "invalid_argument");
});

test("a method without superpixels has none", () => {
  showTriangle();
  explain("grad-cam");
  assert.equal(value(session.superpixels()), null);
});

test("wrong arguments are answered with a code and a sentence, and the work stays", () => {
  showTriangle();
  explain("grad-cam");
  refused(session.start("magic", -1, {}, 0), "invalid_argument");
  refused(session.start("lime", 99, {}, 0), "out_of_range");
  refused(session.start("lime", -1, { samples: -3 }, 0), "out_of_range");
  refused(session.start("lime", -1, { flavour: "red" }, 0), "invalid_argument");
  refused(session.start("lime", -1, {}, "seven"), "invalid_argument");
  refused(session.findClass("purple"), "invalid_argument");
  refused(session.setLabels("a\nb\nc\n"), "bad_labels");
  refused(session.setFit("squeeze"), "invalid_argument");
  refused(session.setNormalization([0, 0, 0], [1, 1]), "invalid_argument");
  refused(session.setNormalization([0, 0, 0], [1, 0, 1]), "invalid_argument");
  refused(session.setImage(new Uint8Array(7), 2, 2), "bad_image");
  refused(session.setImage("picture", 2, 2), "invalid_argument");
  refused(session.loadModel(new TextEncoder().encode("no network, but text"), "notes.tflite", ""), "bad_model");
  refused(session.loadModel(network.subarray(0, 5000), "short.tflite", ""), "bad_model");
  refused(session.benchmark(0, 1), "out_of_range");
  assert.equal(value(session.heatmap()).width, 96);
  assert.equal(value(session.model()).name, "triangle.tflite");
});

test("an exhausted memory is an answer, not the module's end", () => {
  // Pages of zeros that are never touched: cheap here, but no room for a copy in a memory of 2 GB.
  refused(session.loadModel(new Uint8Array(2_140_000_000), "huge.tflite", ""), "out_of_memory");
  showTriangle();
  assert.equal(value(session.predict(1)).top[0].label, "triangle");
});

test("a benchmark tells rates that agree with its times", () => {
  const { batch, forward_ms, images_per_second, gmacs } = value(session.benchmark(2, 2));
  assert.equal(batch, 2);
  assert.ok(Math.abs((images_per_second * forward_ms) / 1000 - batch) < 1e-9);
  assert.ok(gmacs > 0);
  assert.ok(whybox.memoryBytes() > 0);
});

test("models can be changed again and again with the same threads", () => {
  for (let i = 0; i < 12; i += 1) value(session.loadModel(network, `triangle-${i}.tflite`, labels));
  showTriangle();
  assert.equal(value(session.predict(1)).top[0].label, "triangle");
});
