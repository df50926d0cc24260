/**
 * Measures whybox beside LiteRT.js, the fastest runtime for the same files in a browser, in one Chromium session:
 * `npm run bench -- peers [--model FILE ... --samples N --threads 1,2 --json FILE]`.
 *
 * LIME and RISE of the peer are the same algorithms in plain JavaScript over its forward pass (tests/bench/peers/algorithms.js). Without
 * --model: MobileNetV2 from $WHYBOX_SHARED/models, and the first shipped network. LiteRT.js is fetched into .tools/peers when first
 * needed; it refuses int8 inputs, and what it refuses is left out.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { run } from "../../wasm/toolchain/lib.mjs";
import { serve } from "../../web/serve.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PEER = { name: "@litertjs/core", version: "2.5.3" };
/** Wanted: our time over theirs at most, or over our own full passes. */
const LIMITS = { forward: 1, lime: 0.6, rise: 0.85, occlusion: 0.6, shapley: 0.6 };

const { values } = parseArgs({
  options: {
    model: { type: "string", multiple: true },
    samples: { type: "string", default: "1000" },
    threads: { type: "string", default: "1,2" },
    json: { type: "string" },
  },
});

function defaultModels() {
  const shared = join(process.env.WHYBOX_SHARED ?? "", "models/tf2_mobilenet_v2_1.0_224_ptq.tflite");
  return [...(process.env.WHYBOX_SHARED && existsSync(shared) ? [shared] : []), join(root, "models/triangle/triangle_int8.tflite")];
}

function peerFolder() {
  const folder = join(root, ".tools/peers"), installed = join(folder, "node_modules/@litertjs");
  if (!existsSync(installed)) {
    mkdirSync(folder, { recursive: true });
    run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, `${PEER.name}@${PEER.version}`]);
  }
  return installed;
}

/** A folder to serve: the page, both engines, the models. */
function site(models) {
  const folder = mkdtempSync(join(tmpdir(), "whybox-peers-"));
  for (const name of ["index.html", "page.js", "worker.js", "algorithms.js"]) symlinkSync(join(root, "tests/bench/peers", name), join(folder, name));
  symlinkSync(peerFolder(), join(folder, "litertjs"));
  symlinkSync(join(root, "build/wasm-threads"), join(folder, "engine"));
  models.forEach((model, i) => symlinkSync(resolve(model), join(folder, `${i}.tflite`)));
  return folder;
}

const ratio = (ours, theirs, limit) => `${(ours / theirs).toFixed(2)}${ours / theirs > limit ? ` > ${limit}` : ""}`;

function rows(model, { ours, peer }) {
  return ours.map((own, i) => {
    const other = peer[i], samples = Number(values.samples);
    return {
      network: basename(model),
      threads: own.threads,
      "forward, ms": own.forward.toFixed(2),
      "LiteRT, ms": other?.forward.toFixed(2) ?? "refused",
      "÷ LiteRT": other ? ratio(own.forward, other.forward, LIMITS.forward) : "",
      "LIME, s": (own.lime / 1000).toFixed(2),
      "÷ its passes": other ? ratio(own.lime, samples * other.forward, LIMITS.lime) : "",
      "÷ LIME in JS": other ? ratio(own.lime, other.lime, Infinity) : "",
      "RISE, s": (own.rise / 1000).toFixed(2),
      "÷ its passes ": other ? ratio(own.rise, samples * other.forward, LIMITS.rise) : "",
      "÷ RISE in JS": other ? ratio(own.rise, other.rise, Infinity) : "",
      "occlusion ÷ full": ratio(own.occlusion, own["occlusion whole"], LIMITS.occlusion),
      "Shapley ÷ full": ratio(own.shapley, own["shapley whole"], LIMITS.shapley),
      "partition ÷ full": ratio(own.partition, own["partition whole"], Infinity),
      "first picture, ms": own.first.toFixed(0),
      "toggle, ms": own.toggle.toFixed(1),
      "heap, MB": own.megabytes.toFixed(0),
    };
  });
}

async function main() {
  const models = values.model ?? defaultModels();
  const folder = site(models);
  const { server, address } = await serve({ folder });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] });
  const results = [];
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    for (const [i, model] of models.entries()) {
      await page.goto(address);
      await page.waitForFunction(() => globalThis.ready === true);
      const asked = { model: `/${i}.tflite`, samples: Number(values.samples), threads: values.threads.split(",").map(Number) };
      const found = await page.evaluate((wanted) => globalThis.measure(wanted), asked);
      console.table(rows(model, found));
      results.push({ model: basename(model), ...found });
    }
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
