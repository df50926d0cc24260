// `npm run build`: the site in dist/ and the native command at build/native/whybox.
// `node wasm/toolchain/build.mjs NAME...`: only these parts, named below, and "site".
import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashOf, links, main, once, root, run, runBuild, runQuietly, say, Trouble } from "./lib.mjs";
import { setUp } from "./setup.mjs";

const variantOf = (preset) => (preset.startsWith("wasm-") ? preset : "native");

/** A build folder remembers compilers and library paths; when those have changed it starts anew. */
function configure(preset) {
  const folder = join(root, "build", preset);
  const stamp = join(folder, "toolchain.txt");
  const used = ["emscripten", `third_party-${variantOf(preset)}`]
    .filter((name) => variantOf(preset) !== "native" || name !== "emscripten")
    .map((name) => readlinkSync(join(links, name)));
  const key = hashOf(root, ...used, readFileSync(join(root, "CMakePresets.json")));
  const known = existsSync(stamp) ? readFileSync(stamp, "utf8") : null;
  if (known === key) return;
  if (known !== null) rmSync(folder, { recursive: true, force: true });
  runQuietly("cmake", ["--preset", preset]);
  writeFileSync(stamp, key);
}

/** What can be built: the CMake preset and the target in it. */
const parts = {
  native: ["native", "whybox"],
  "native-tests": ["native", "whybox_tests"],
  asan: ["asan", "whybox_tests"],
  fuzz: ["fuzz", "fuzzers"],
  "wasm-simd": ["wasm-simd", "whybox"],
  "wasm-relaxed": ["wasm-simd", "whybox_relaxed"],
  "wasm-simd-tests": ["wasm-simd", "whybox_tests"],
  "wasm-threads": ["wasm-threads", "whybox"],
  "wasm-relaxed-tests": ["wasm-threads", "whybox_relaxed_tests"],
};

function compile(name) {
  const [preset, target] = parts[name];
  say(`Building ${name}`);
  configure(preset);
  runBuild(join(root, "build", preset), "--target", target);
}

/** The methods' own pages and their pictures, which the site shows. */
const methodPages = () => filesBelow(join(root, "core/explainers")).filter((path) => /\.(md|png)$/.test(path));

/** Everything the site is made from, so that an unchanged one is not made again. */
const siteKey = () =>
  hashOf(
    ...[...["web", "models"].flatMap((name) => filesBelow(join(root, name))).filter((path) => !path.includes("__pycache__")), ...methodPages()].flatMap((path) => [path.slice(root.length), readFileSync(path)]),
    ...SITE.flatMap((variant) => ["js", "wasm"].map((end) => readFileSync(join(root, "build", variant, `whybox.${end}`)))),
    readFileSync(join(root, "package-lock.json")),
  );

/** Makes dist/ from web/, models/ and the two engines. */
export async function buildSite() {
  await once(join(root, "build/site.txt"), siteKey() + existsSync(join(root, "dist/index.html")), () => {
    say("Building the site");
    run("npx", ["vite", "build", "--config", "web/vite.config.ts", "--logLevel", "warn"]);
  });
}

/** The engines that a page chooses from. */
export const SITE = ["wasm-simd", "wasm-relaxed", "wasm-threads"];

/** @param names  of `parts`, and "site" */
export async function build(names) {
  const wanted = names.filter((name) => name !== "site");
  const unknown = wanted.find((name) => !(name in parts));
  if (unknown) throw new Trouble(`There is no "${unknown}" to build; there are ${Object.keys(parts).join(", ")}, site.`);
  await setUp([...new Set(wanted.map((name) => variantOf(parts[name][0])))]);
  for (const name of wanted) compile(name);
  if (names.includes("site")) await buildSite();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  await main(() => build(asked.length > 0 ? asked : ["native", ...SITE, "site"]));
}
