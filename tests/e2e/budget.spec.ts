/** What a visitor downloads: the page's code and one engine, compressed, without pictures and networks. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

const BUDGET_KB = 900;
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

async function compressed(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(dist + file), { level: 9 }).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

for (const variant of ["wasm-simd", "wasm-threads"]) {
  test(`the page with ${variant} stays within ${BUDGET_KB} kB`, async () => {
    const scripts = (await readdir(`${dist}assets`)).filter((name) => !name.startsWith("bench") && !name.endsWith(".map"));
    const code = await compressed([...scripts.map((name) => `assets/${name}`), "index.html", "sw.js"]);
    const engine = await compressed([`wasm/${variant}/whybox.js`, `wasm/${variant}/whybox.wasm`]);
    console.log(`budget: ${variant} ${engine.toFixed(0)} kB + page ${code.toFixed(0)} kB = ${(engine + code).toFixed(0)} of ${BUDGET_KB} kB, gzip`);
    expect(engine + code).toBeLessThan(BUDGET_KB);
  });
}
