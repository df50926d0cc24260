// Emscripten: the one on the PATH if it is new enough, else Debian 13's, unpacked beside the checkout's other tools.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, lstatSync, writeFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { ask, hashOf, links, once, root, run, say, tools, Trouble, versions } from "./lib.mjs";
import { binary } from "./trixie.mjs";

const atLeast = (have, want) => have.localeCompare(want, "en", { numeric: true }) >= 0;

/** Folder of a sufficient Emscripten on the PATH, or null. */
function ownEmscripten() {
  const version = ask("emcc", ["--version"])?.match(/\b\d+\.\d+\.\d+\b/)?.[0];
  if (!version || !atLeast(version, versions.emscripten.atLeast)) return null;
  return { folder: ask("em-config", ["EMSCRIPTEN_ROOT"])?.trim() ?? null, version };
}

/** Binaryen's programs want a newer C library than Debian 12 has: each is started through the loader that came with it. */
function wrapBinaryen(folder) {
  const real = join(folder, "usr/bin");
  const library = join(folder, "usr/lib/x86_64-linux-gnu");
  const bin = join(folder, "wrapped/bin");
  mkdirSync(bin, { recursive: true });
  const names = ask("ls", [real]).split("\n").filter((name) => name.startsWith("wasm"));
  for (const name of names) {
    const command = `exec "${library}/ld-linux-x86-64.so.2" --library-path "${library}" "${real}/${name}" "$@"`;
    writeFileSync(join(bin, name), `#!/bin/sh\n${command}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return join(folder, "wrapped");
}

const configuration = (binaryen) => `# Written by wasm/toolchain/emscripten.mjs.
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = '${binaryen}'
NODE_JS = '${process.execPath}'
COMPILER_WRAPPER = '/usr/bin/ccache'
FROZEN_CACHE = True
`;

/** Parts of the packages that nothing here links or reads: more than half of them. */
const LEFT_OUT = ["*/lib/wasm32-emscripten/lto", "*/lib/wasm32-emscripten/pic", "*-ww*.a", "*/emscripten/test", "./usr/share/doc", "./usr/share/man"];

async function unpackEmscripten(folder) {
  if (process.arch !== "x64") throw new Trouble(`Emscripten ${versions.emscripten.atLeast} or newer must be on the PATH: the packages listed here are for x86-64.`);
  const key = hashOf(JSON.stringify(versions.binaries), folder, process.execPath, readFileSync(new URL(import.meta.url)));
  await once(join(folder, "stamp"), key, async () => {
    rmSync(folder, { recursive: true, force: true });
    for (const item of versions.binaries) {
      const package_ = await binary(item);
      const target = join(folder, item.name === "emscripten" ? "emscripten" : "binaryen");
      mkdirSync(target, { recursive: true });
      if (item.name === "emscripten") say("Unpacking Emscripten (half a minute)");
      run("sh", ["-c", `dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ${LEFT_OUT.map((part) => `--exclude='${part}'`).join(" ")}`, "sh", package_, target]);
    }
    const emscripten = join(folder, "emscripten/usr/share/emscripten");
    writeFileSync(join(emscripten, ".emscripten"), configuration(wrapBinaryen(join(folder, "binaryen"))));
    // Its scripts are CommonJS: Node must not take our package.json above them for theirs.
    writeFileSync(join(emscripten, "package.json"), '{ "type": "commonjs" }\n');
    // Its JavaScript optimiser imports acorn as a module: it must lie in a node_modules above it.
    cpSync(join(root, "node_modules/acorn"), join(emscripten, "node_modules/acorn"), { recursive: true });
  });
  return join(folder, "emscripten/usr/share/emscripten");
}

/** Makes `.tools/<name>` point to `target`. */
export function link(name, target) {
  const path = join(links, name);
  mkdirSync(links, { recursive: true });
  if (lstatSync(path, { throwIfNoEntry: false })) unlinkSync(path);
  symlinkSync(target, path);
}

/** Links `.tools/emscripten`; returns its folder and what to key builds by. */
export async function ensureEmscripten() {
  const own = ownEmscripten();
  if (own?.folder && existsSync(own.folder)) {
    link("emscripten", own.folder);
    return { folder: own.folder, key: own.version };
  }
  const folder = await unpackEmscripten(join(tools, "emscripten-debian"));
  link("emscripten", folder);
  return { folder, key: JSON.stringify(versions.binaries) };
}
