// `node wasm/toolchain/setup.mjs VARIANT...`: everything a build of these variants needs, and nothing built yet.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages } from "./apt.mjs";
import { alone, hashOf, main, once, root, run, say } from "./lib.mjs";
import { ensureThirdParty } from "./third_party.mjs";

/** Installs the npm packages that package-lock.json names, if they are not those already there. */
export async function ensureNodeModules() {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const stamp = join(root, "node_modules/.whybox-stamp");
  await once(stamp, hashOf(lock), () => {
    say("Installing npm packages");
    // Not `npm ci`: it wants every optional package of every platform in the lock, and not every registry has them all.
    run("npm", ["install", "--no-save", "--no-audit", "--no-fund"], { env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" } });
  });
}

/** @param variants  of "native", "wasm-simd", "wasm-threads" */
export async function setUp(variants, { browser = false } = {}) {
  const groups = [...(variants.length > 0 ? ["wasm"] : []), ...(variants.includes("native") ? ["native"] : []), ...(browser ? ["browser"] : [])];
  ensurePackages(groups);
  await ensureNodeModules();
  if (variants.length === 0) return;
  await alone(async () => {
    for (const variant of variants) await ensureThirdParty(variant);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => setUp(process.argv.slice(2)));
