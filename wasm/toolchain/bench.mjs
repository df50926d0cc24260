// `npm run bench [-- --model FILE ...]`: builds the site, then measures every engine in Chromium (tests/bench/bench.mjs), and our explainers
// beside others' runtimes (tests/bench/peers.mjs). `npm run bench -- engines|peers ...`: one of them, with options of its own.
import { build, SITE } from "./build.mjs";
import { main, run } from "./lib.mjs";
import { setUp } from "./setup.mjs";

const PARTS = { engines: "tests/bench/bench.mjs", peers: "tests/bench/peers.mjs" };

await main(async () => {
  await setUp([], { browser: true });
  await build([...SITE, "site"]);
  const [first, ...others] = process.argv.slice(2);
  if (first in PARTS) return run("node", [PARTS[first], ...others]);
  for (const part of Object.values(PARTS)) run("node", [part, ...process.argv.slice(2)]);
});
