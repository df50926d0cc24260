// `npm run bench [-- --model FILE] [--json FILE]`: builds the site, then measures every engine in Chromium (tests/bench/bench.mjs).
import { build, SITE } from "./build.mjs";
import { main, run } from "./lib.mjs";
import { setUp } from "./setup.mjs";

await main(async () => {
  await setUp([], { browser: true });
  await build([...SITE, "site"]);
  run("node", ["tests/bench/bench.mjs", ...process.argv.slice(2)]);
});
