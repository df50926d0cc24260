// What a visitor downloads before the first prediction: the page's code and styles and the larger of the two engines.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { main, root, Trouble } from "./lib.mjs";

const LIMIT_KB = 900; // brotli

const kb = (bytes) => bytes / 1000;
function size(files) {
  let gzip = 0, brotli = 0;
  for (const file of files) {
    const bytes = readFileSync(file);
    gzip += gzipSync(bytes, { level: 9 }).length;
    brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
  return { gzip: kb(gzip), brotli: kb(brotli) };
}

/** What the page fetches by itself: what it names, and its worker. Other pages, and the methods' own, come when they are asked for. */
function atOnce(dist) {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  return readdirSync(join(dist, "assets")).filter((name) => page.includes(`assets/${name}`) || /^worker-.*\.js$/.test(name));
}

/** Prints the table; true if the page stays within its limit. */
export function budget() {
  const dist = join(root, "dist");
  const page = size([join(dist, "index.html"), ...atOnce(dist).map((name) => join(dist, "assets", name))]);
  const engines = Object.fromEntries(["wasm-simd", "wasm-relaxed", "wasm-threads"].map((variant) => [variant, size(["js", "wasm"].map((end) => join(dist, "wasm", variant, `whybox.${end}`)))]));
  const total = page.brotli + Math.max(...Object.values(engines).map(({ brotli }) => brotli));
  for (const [name, { gzip, brotli }] of Object.entries({ page, ...engines }))
    console.log(`${name.padEnd(13)} ${gzip.toFixed(0).padStart(5)} kB gzip ${brotli.toFixed(0).padStart(5)} kB brotli`);
  console.log(`a visit       ${total.toFixed(0).padStart(18)} kB brotli of ${LIMIT_KB}`);
  return total <= LIMIT_KB;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(() => {
    if (!budget()) throw new Trouble("The page has outgrown its budget.");
  });
