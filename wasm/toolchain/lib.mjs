// What every script here shares: where things are, how to run a program, and when work may be skipped.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const toolchain = dirname(fileURLToPath(import.meta.url));
export const root = resolve(toolchain, "../..");
/** Links to what this checkout uses; CMakePresets.json finds the tool chain and the third-party libraries through them. */
export const links = join(root, ".tools");
/** Where a tool chain that is not the machine's own is unpacked. */
export const tools = resolve(process.env.WHYBOX_TOOLS ?? links);
/** Downloads and third-party builds, shared by all checkouts. */
export const cache = resolve(process.env.WHYBOX_CACHE ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "whybox"));
export const versions = JSON.parse(readFileSync(join(toolchain, "versions.json"), "utf8"));
export const jobs = String(availableParallelism());

export const say = (text) => console.log(`\x1b[1m[whybox]\x1b[0m ${text}`);

/** An error that is a sentence for the user: printed without a stack. */
export class Trouble extends Error {}

/** Environment of every program we start: ccache in our cache, with hits across checkouts. */
export const environment = () => ({
  ...process.env,
  CCACHE_DIR: process.env.CCACHE_DIR ?? join(cache, "ccache"),
  CCACHE_BASEDIR: process.env.CCACHE_BASEDIR ?? root,
  CCACHE_NOHASHDIR: "1",
  // Emscripten starts Python for every file: the real one, not a version manager's shim.
  ...(existsSync("/usr/bin/python3") && { EMSDK_PYTHON: process.env.EMSDK_PYTHON ?? "/usr/bin/python3" }),
});

/** Runs a program and shows its output; throws if it fails. */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: root, env: environment(), ...options });
  if (done.error || done.status !== 0)
    throw new Trouble(`${program} ${args.join(" ")}: ${done.error?.message ?? `ended with ${done.signal ?? `status ${done.status}`}`}`);
  return done;
}

/** Runs a program quietly: the end of its log is shown only if it fails. */
export function runQuietly(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, env: environment(), encoding: "utf8", maxBuffer: 1 << 28, ...options });
  if (done.error || done.status !== 0) {
    console.error(((done.stdout ?? "") + (done.stderr ?? "")).split("\n").slice(-60).join("\n"));
    throw new Trouble(`${program} ${args.join(" ")}: ${done.error?.message ?? `ended with ${done.signal ?? `status ${done.status}`}`}`);
  }
  return done.stdout;
}

/** What a program prints, or null if it is absent or fails. */
export function ask(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options });
  return done.status === 0 ? done.stdout : null;
}

/** Runs a build: on a terminal ninja shows how far it is; elsewhere only what failed is shown. */
export const runBuild = (folder, ...args) =>
  process.stdout.isTTY ? run("cmake", ["--build", folder, "-j", jobs, ...args]) : runQuietly("cmake", ["--build", folder, "-j", jobs, ...args]);

export async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

export const hashOf = (...texts) => texts.reduce((hash, text) => hash.update(text).update("\0"), createHash("sha256")).digest("hex").slice(0, 16);

/** Every file below a folder, sorted. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

export const hashOfFolder = (folder) => hashOf(...filesBelow(folder).flatMap((path) => [path.slice(folder.length), readFileSync(path)]));

/** Does `work` unless it was done before with the same key. */
export async function once(stampFile, key, work) {
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === key) return;
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, key);
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Does `work` while no other checkout's set-up changes the cache. */
export async function alone(work) {
  const lock = join(cache, "lock");
  mkdirSync(cache, { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    else if (!told) say("Waiting for another set-up to finish");
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Runs a script's main part: a Trouble is printed as a sentence. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Trouble ? `\x1b[1m[whybox]\x1b[0m ${error.message}` : error);
    process.exit(1);
  }
}
