// The third-party libraries of one variant, built into the cache and linked as `.tools/third_party-<variant>`.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ask, cache, hashOf, hashOfFolder, runBuild, runQuietly, say, toolchain, versions } from "./lib.mjs";
import { ensureEmscripten, link } from "./emscripten.mjs";
import { source } from "./trixie.mjs";

/** Flags of each variant; CMakePresets.json has the same for our own code. */
const flags = {
  native: { c: "", cxx: "-stdlib=libc++" },
  "wasm-simd": { c: "-msimd128 -fwasm-exceptions", cxx: "" },
  "wasm-threads": { c: "-msimd128 -mrelaxed-simd -pthread -fwasm-exceptions", cxx: "" },
};

/** Unpacks one source tree as `folder`; some tarballs have a folder at their top, some have not. */
function unpack(tarball, folder) {
  mkdirSync(folder, { recursive: true });
  runQuietly("tar", ["-xf", tarball, "-C", folder]);
  const [only, ...others] = readdirSync(folder);
  if (others.length > 0) return;
  renameSync(join(folder, only), `${folder}.inner`);
  rmSync(folder, { recursive: true });
  renameSync(`${folder}.inner`, folder);
}

async function build(variant, emscripten, prefix) {
  // Always the same folder, so that ccache knows the files again after a change of flags.
  const work = join(cache, "third_party", `work-${variant}`);
  rmSync(work, { recursive: true, force: true });
  for (const item of versions.sources) unpack(await source(item), join(work, "sources", item.name));
  say(`Building XNNPACK, pthreadpool, minizip and Catch2 for ${variant} (minutes, the first time only)`);
  const { c, cxx } = flags[variant];
  const compilers = emscripten
    ? [`-DCMAKE_TOOLCHAIN_FILE=${emscripten}/cmake/Modules/Platform/Emscripten.cmake`]
    : ["-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"];
  runQuietly("cmake", ["-G", "Ninja", "-S", join(toolchain, "third_party"), "-B", join(work, "build"), "-DCMAKE_BUILD_TYPE=Release",
    `-DSOURCES=${join(work, "sources")}`, `-DCMAKE_INSTALL_PREFIX=${join(work, "prefix")}`, "-DCMAKE_INSTALL_LIBDIR=lib",
    `-DCMAKE_C_FLAGS=${c}`, `-DCMAKE_CXX_FLAGS=${c} ${cxx}`, "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG", "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG", ...compilers]);
  runBuild(join(work, "build"));
  runQuietly("cmake", ["--install", join(work, "build")]);
  rmSync(prefix, { recursive: true, force: true });
  renameSync(join(work, "prefix"), prefix);
  rmSync(work, { recursive: true, force: true });
}

export async function ensureThirdParty(variant) {
  const emscripten = variant === "native" ? null : await ensureEmscripten();
  const compiler = emscripten?.key ?? ask("clang++-19", ["--version"]) ?? "";
  const key = hashOf(variant, compiler, JSON.stringify(flags[variant]), JSON.stringify(versions.sources), hashOfFolder(join(toolchain, "third_party")));
  const prefix = join(cache, "third_party", `${variant}-${key}`);
  if (!existsSync(prefix)) await build(variant, emscripten?.folder, prefix);
  link(`third_party-${variant}`, prefix);
}
