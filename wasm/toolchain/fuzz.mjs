// `npm run fuzz -- SECONDS [TARGET]`: libFuzzer on every program of tests/fuzz, or one of them. What it finds worth keeping goes to
// build/fuzz/corpus-TARGET, an input that breaks something to build/fuzz/TARGET-crash-*.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { environment, main, root, say, Trouble } from "./lib.mjs";

const sources = join(root, "tests/fuzz");
export const fuzzTargets = () =>
  existsSync(sources) ? readdirSync(sources).filter((name) => name.endsWith(".cpp")).map((name) => name.slice(0, -".cpp".length)) : [];

/** Seeds kept in the repository for NAME_fuzzer.cpp: corpus/NAME, else all of corpus. */
function seeds(target) {
  const own = join(sources, "corpus", target.replace(/_fuzzer$/, ""));
  const all = join(sources, "corpus");
  return [existsSync(own) ? own : all].filter(existsSync);
}

/** Fuzzes one built target; true if nothing broke. */
export function fuzz(target, seconds) {
  say(`Fuzzing ${target} for ${seconds} s`);
  const folder = join(root, "build/fuzz");
  const found = join(folder, `corpus-${target}`);
  mkdirSync(found, { recursive: true });
  const limits = [`-max_total_time=${seconds}`, "-timeout=10", "-rss_limit_mb=3000", "-malloc_limit_mb=1500", "-max_len=1000000"];
  const args = [found, ...seeds(target), ...limits, `-artifact_prefix=${folder}/${target}-`, "-print_final_stats=1", "-verbosity=0"];
  const env = { ...environment(), ASAN_OPTIONS: "detect_container_overflow=0:allocator_may_return_null=1", UBSAN_OPTIONS: "print_stacktrace=1" };
  return spawnSync(join(folder, target), args, { stdio: ["ignore", "inherit", "inherit"], env, cwd: root }).status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(async () => {
    const [seconds = "60", only] = process.argv.slice(2);
    await build(["fuzz"]);
    const broken = fuzzTargets().filter((target) => (only === undefined || target === only) && !fuzz(target, Number(seconds)));
    if (broken.length > 0) throw new Trouble(`Broken: ${broken.join(", ")}. The inputs are in build/fuzz.`);
  });
