/**
 * Measures gradients against Captum on PyTorch, one after the other on the same machine, picture size and number of threads:
 * `npm run bench:captum [-- --model FILE ... --threads N --repeats N --json FILE]`.
 *
 * Environment: PYTHON, an interpreter with the packages of tests/golden/requirements-torch.txt. Without --model: the shipped
 * networks as float files, and MobileNetV2 from $WHYBOX_SHARED/models where that is set. 8-bit files are measured as what
 * gradients are taken of, their float twins, on either side.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const METHODS = [
  { id: "gradient", params: {}, limits: { native: 1.5, wasm: 1.5 } },
  { id: "smoothgrad", params: { samples: 50 }, limits: { native: 1.0, wasm: 1.5 } },
  { id: "integrated-gradients", params: { steps: 50 }, limits: { native: 1.0, wasm: 1.5 } },
];

const { values } = parseArgs({
  options: { model: { type: "string", multiple: true }, threads: { type: "string", default: "1" }, repeats: { type: "string", default: "20" }, json: { type: "string" } },
});
const threads = Number(values.threads), repeats = Number(values.repeats);
const timesOf = (id) => (id === "gradient" ? repeats : Math.max(1, Math.floor(repeats / 5)));

function defaultModels() {
  const shipped = ["triangle", "triangle-colour"].map((name) => join(root, "models", name, `${name}_float.tflite`));
  const folder = join(process.env.WHYBOX_SHARED ?? "", "models");
  const found = process.env.WHYBOX_SHARED && existsSync(folder) ? readdirSync(folder).filter((name) => /mobilenet_v2.*(float|ptq)\.tflite$/.test(name)) : [];
  return [...shipped, ...found.map((name) => join(folder, name))];
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function run(program, args) {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] });
}

function native(model, picture) {
  const explained = ({ id, params }) =>
    JSON.parse(
      run(join(root, "build/native/whybox"), [
        ...["explain", "--json", "--model", model, "--image", picture, "--threads", String(threads), "--method", id],
        ...["--repeat", String(timesOf(id) + 1), ...Object.entries(params).flatMap(([name, value]) => ["--param", `${name}=${value}`])],
      ]),
    ).timings_ms.explain;
  return Object.fromEntries(METHODS.map((method) => [method.id, explained(method)]));
}

/** Runs in a process of its own, whose memory then tells of one network alone. */
async function wasmHere(variant, model) {
  const { default: create } = await import(pathToFileURL(join(root, "build", variant, "whybox.js")).href);
  const whybox = await create();
  const value = (reply) => {
    if (!reply.ok) throw new Error(reply.message);
    return reply.value;
  };
  const session = new whybox.Session(threads);
  const info = value(session.loadModel(readFileSync(model), basename(model), ""));
  const scene = value(whybox.scene("triangle", 5, Math.max(info.input.height, 32), {}));
  value(session.setImage(scene.rgba, scene.height, scene.width));
  const once = ({ id, params }) => {
    const begin = performance.now();
    value(session.start(id, -1, params, 0));
    while (!value(session.step()).done);
    value(session.heatmap());
    return performance.now() - begin;
  };
  const found = {};
  for (const method of METHODS) {
    once(method); // builds the float twin and its kernels, warms the engine up
    found[method.id] = median(Array.from({ length: timesOf(method.id) }, () => once(method)));
    found[`${method.id} heap`] = whybox.memoryBytes();
  }
  return found;
}

/** Node 20 hides relaxed SIMD behind a flag, which later ones need not know. */
const RELAXED = spawnSync("node", ["--experimental-wasm-relaxed-simd", "--eval", ""]).status === 0 ? ["--experimental-wasm-relaxed-simd"] : [];

function wasm(variant, model) {
  return JSON.parse(run("node", [...RELAXED, fileURLToPath(import.meta.url), "--model", model, "--threads", String(threads), "--repeats", String(repeats), "--json", `only:${variant}`]));
}

function captum(model) {
  if (!process.env.PYTHON) throw new Error("PYTHON is not set: wanted an interpreter that has torch and captum (tests/golden/requirements-torch.txt)");
  return JSON.parse(run(process.env.PYTHON, [join(root, "tests/bench/captum_times.py"), model, String(threads), String(repeats)]));
}

function compare(model, picture) {
  const theirs = captum(model), ours = { native: native(model, picture), wasm: wasm("wasm-threads", model) };
  const rows = METHODS.map(({ id, limits }) => ({
    network: basename(model),
    method: id,
    "Captum, ms": theirs[id].toFixed(1),
    ...Object.fromEntries(
      Object.entries(ours).flatMap(([engine, times]) => {
        const ratio = times[id] / theirs[id];
        return [[`${engine}, ms`, times[id].toFixed(1)], [`${engine} ÷ Captum`, `${ratio.toFixed(2)}${ratio > limits[engine] ? ` > ${limits[engine]}` : ""}`]];
      }),
    ),
    "wasm heap, MB": (ours.wasm[`${id} heap`] / 1e6).toFixed(0),
  }));
  console.table(rows);
  return rows;
}

if (values.json?.startsWith("only:")) {
  console.log(JSON.stringify(await wasmHere(values.json.slice(5), values.model[0])));
  process.exit(0); // a team of threads would keep the process alive
}
const folder = mkdtempSync(join(tmpdir(), "whybox-"));
try {
  const picture = join(folder, "scene.png");
  run(join(root, "build/native/whybox"), ["scene", "--seed", "5", "--png", picture]);
  console.log(`${cpus()[0].model}, ${threads} thread${threads > 1 ? "s" : ""}; native and wasm with relaxed SIMD against Captum on PyTorch`);
  const rows = (values.model ?? defaultModels()).flatMap((model) => compare(model, picture));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
