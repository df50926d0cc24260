/**
 * Measures every engine in Chromium on the built page: `npm run bench -- engines [--model FILE] [--json FILE]`.
 *
 * Without --model the first shipped network is measured.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { serve } from "../../web/serve.mjs";

/** LIME and RISE with a large network take minutes on one thread. */
const PATIENCE_MS = 30 * 60_000;

async function report(address, model) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${address}bench.html`);
    if (model !== undefined) await page.locator("input[type=file]").setInputFiles(model);
    await page.getByRole("button", { name: "Measure" }).click({ timeout: 20_000 });
    const done = () => window.whyboxBench.report !== null || window.whyboxBench.error !== null;
    await page.waitForFunction(done, null, { timeout: PATIENCE_MS });
    const result = await page.evaluate(() => window.whyboxBench);
    if (result.error !== null) throw new Error(result.error);
    return result.report;
  } finally {
    await browser.close();
  }
}

function rows({ measurements }) {
  return measurements.map(({ name, single, batch, methods, memory_bytes }) => ({
    engine: name,
    "forward ms": single.forward_ms.toFixed(2),
    "GMAC/s": single.gmacs.toFixed(1),
    "÷ layers alone": (single.forward_ms / single.layers_ms).toFixed(2),
    "images/s, batch 16": batch.images_per_second.toFixed(1),
    ...Object.fromEntries(methods.map(({ method, samples, milliseconds }) => [`${method} ${samples}, s`, (milliseconds / 1000).toFixed(2)])),
    "memory, MB": (memory_bytes / 1e6).toFixed(0),
  }));
}

const { values } = parseArgs({ options: { model: { type: "string" }, json: { type: "string" } } });
const { server, address } = await serve({ folder: fileURLToPath(new URL("../../dist", import.meta.url)) });
try {
  const result = await report(address, values.model);
  const { name, multiply_adds } = result.model;
  console.log(`${name}: ${(multiply_adds / 1e6).toFixed(1)} million multiply-adds; ${result.cores} cores`);
  console.table(rows(result));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
} finally {
  server.close();
  server.closeAllConnections();
}
