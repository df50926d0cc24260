// `npm run build`: the site in dist/ and the native command at build/native/whybox.
// `node wasm/toolchain/build.mjs TARGET...`: only some of native, asan, fuzz, wasm-simd, wasm-threads, site.
import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashOf, jobs, links, main, once, root, run, runQuietly, say } from "./lib.mjs";
import { setUp } from "./setup.mjs";

const variantOf = (preset) => (preset.startsWith("wasm-") ? preset : "native");

/** A build folder remembers compilers and library paths; when those have changed it starts anew. */
function forgetStale(preset) {
  const folder = join(root, "build", preset);
  const stamp = join(folder, "toolchain.txt");
  const used = ["emscripten", `third_party-${variantOf(preset)}`]
    .filter((name) => variantOf(preset) !== "native" || name !== "emscripten")
    .map((name) => readlinkSync(join(links, name)));
  const key = hashOf(root, ...used, readFileSync(join(root, "CMakePresets.json")));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  rmSync(folder, { recursive: true, force: true });
  runQuietly("cmake", ["--preset", preset]);
  writeFileSync(stamp, key);
}

/** Builds CMake presets whose variants are set up. */
export function compile(presets) {
  for (const preset of presets) {
    say(`Building ${preset}`);
    forgetStale(preset);
    run("cmake", ["--build", join(root, "build", preset), "-j", jobs, "--", "--quiet"]);
  }
}

/** Everything the site is made from, so that an unchanged one is not made again. */
const siteKey = () =>
  hashOf(
    ...["web", "models"].flatMap((name) => filesBelow(join(root, name))).filter((path) => !path.includes("__pycache__")).flatMap((path) => [path.slice(root.length), readFileSync(path)]),
    ...["wasm-simd", "wasm-threads"].flatMap((variant) => ["js", "wasm"].map((end) => readFileSync(join(root, "build", variant, `whybox.${end}`)))),
    readFileSync(join(root, "package-lock.json")),
  );

/** Makes dist/ from web/, models/ and the two engines. */
export async function buildSite() {
  await once(join(root, "build/site.txt"), siteKey() + existsSync(join(root, "dist/index.html")), () => {
    say("Building the site");
    run("npx", ["vite", "build", "--config", "web/vite.config.ts", "--logLevel", "warn"]);
  });
}

export const SITE = ["wasm-simd", "wasm-threads"];

export async function build(targets) {
  const presets = targets.filter((name) => name !== "site");
  await setUp([...new Set(presets.map(variantOf))]);
  compile(presets);
  if (targets.includes("site")) await buildSite();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  await main(() => build(asked.length > 0 ? asked : ["native", ...SITE, "site"]));
}
