// `npm test`: every suite, then one line of totals. `npm test -- native web`: only these.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { budget } from "./budget.mjs";
import { build, SITE } from "./build.mjs";
import { fuzz, fuzzTargets } from "./fuzz.mjs";
import { ask, environment, main, root, say, Trouble } from "./lib.mjs";
import { setUp } from "./setup.mjs";

const FUZZ_SECONDS = 20;
const reports = join(root, "build/test");

/** Runs a program that writes a report; what `read` makes of it. No report is one failure. */
function suite(program, args, report, read, env = {}) {
  const file = join(reports, report);
  rmSync(file, { force: true });
  const { status } = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: root, env: { ...environment(), ...env } });
  const counts = existsSync(file) ? read(readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
  // A crash after the report was written, or before, must not pass for success.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function catch2(program, args, report) {
  const number = (text, name) => Number(text.match(new RegExp(`<OverallResultsCases[^>]*\\b${name}="(\\d+)"`))?.[1] ?? 0);
  return suite(program, [...args, "--colour-mode", process.stdout.isTTY ? "ansi" : "none", "--reporter", "console", "--reporter", `xml::out=${join(reports, report)}`], report, (text) => ({
    passed: number(text, "successes") + number(text, "expectedFailures"),
    failed: number(text, "failures"),
  }));
}

const outcome = (good) => ({ passed: good ? 1 : 0, failed: good ? 0 : 1 });
const succeeds = (program, args) => outcome(spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: root, env: environment() }).status === 0);
const sum = (all) => all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), { passed: 0, failed: 0 });

/** What Node must be told to take relaxed SIMD; nothing since it does so unasked. */
const relaxedSimd = () => ["--experimental-wasm-relaxed-simd"].filter((flag) => ask("node", ["--v8-options"])?.includes(flag));

/** needs: what must be built; run: the counts. In the order in which a mistake is soonest seen. */
const suites = {
  types: { title: "TypeScript's types", needs: [], run: () => succeeds("npx", ["tsc", "--noEmit", "-p", "web/tsconfig.json"]) },
  web: {
    title: "Web units",
    needs: [],
    run: () =>
      suite("npx", ["vitest", "run", "--config", "tests/web/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${join(reports, "web.json")}`],
        "web.json", (text) => { const { numPassedTests, numFailedTests } = JSON.parse(text); return { passed: numPassedTests, failed: numFailedTests }; }),
  },
  native: { title: "C++ tests, native", needs: ["native", "native-tests"], run: () => catch2(join(root, "build/native/whybox_tests"), [], "native.xml") },
  wasm: { title: "C++ tests, WebAssembly under Node", needs: ["wasm-simd-tests"], run: () => catch2("node", ["--stack-size=4000", join(root, "build/wasm-simd/tests/whybox_tests.js")], "wasm.xml") },
  relaxed: {
    title: "Relaxed SIMD under Node: its kernels, and networks with and without it",
    needs: ["wasm-relaxed-tests", ...SITE],
    run: () => sum([
      catch2("node", [...relaxedSimd(), join(root, "build/wasm-threads/tests/whybox_relaxed_tests.js")], "relaxed.xml"),
      succeeds("node", [...relaxedSimd(), "--test", "tests/wasm/relaxed.test.mjs"]),
    ]),
  },
  module: {
    title: "The module's surface, its maps beside the native command's, its memory, under Node",
    needs: ["native", "wasm-simd"],
    run: () => succeeds("node", ["--test", "tests/wasm/module.test.mjs", "tests/wasm/native.test.mjs", "tests/wasm/heap.test.mjs"]),
  },
  fuzz: {
    title: "Fuzzing",
    needs: ["fuzz"],
    run: () => sum(fuzzTargets().map((target) => outcome(fuzz(target, FUZZ_SECONDS / fuzzTargets().length)))),
  },
  budget: { title: "Download budget", needs: [...SITE, "site"], run: () => outcome(budget()) },
  browser: {
    title: "The page in Chromium",
    needs: [...SITE, "site"],
    browser: true,
    run: () =>
      suite("npx", ["playwright", "test", "--config", "tests/e2e/playwright.config.ts", "--reporter=list,json"], "browser.json",
        (text) => { const { stats } = JSON.parse(text); return { passed: stats.expected + stats.flaky, failed: stats.unexpected }; },
        { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, "browser.json") }),
  },
};

async function attempt(name) {
  const { title, needs, run, browser = false } = suites[name];
  try {
    await setUp([], { browser });
    if (needs.length > 0) await build(needs);
    say(title);
    return run();
  } catch (error) {
    console.error(error instanceof Trouble ? error.message : error);
    return { passed: 0, failed: 1 };
  }
}

await main(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in suites));
  if (unknown) throw new Trouble(`There is no suite "${unknown}"; there are ${Object.keys(suites).join(", ")}.`);
  mkdirSync(reports, { recursive: true });
  const results = {};
  for (const name of asked.length > 0 ? asked : Object.keys(suites)) results[name] = await attempt(name);
  say("Results");
  for (const [name, { passed, failed }] of Object.entries(results)) console.log(`${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`);
  const { passed, failed } = sum(Object.values(results));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exit(1);
});
