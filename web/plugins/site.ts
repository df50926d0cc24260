/** Vite plugins: the engine and the shipped networks beside the page, the headers of an isolated page, the list for offline use. */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, extname, join, relative, resolve } from "node:path";
import type { Plugin } from "vite";

export const VARIANTS = ["wasm-simd", "wasm-relaxed", "wasm-threads"] as const;
const ENGINE_FILES = ["whybox.js", "whybox.wasm"] as const;
/** Of models/: what the page reads, not what made it. */
const MODEL_FILES = /(^manifest\.json|\.tflite|labels\.txt|card\.md|prototypes\.json|\.png)$/;

export const ISOLATION_HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".tflite": "application/octet-stream",
};

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Where a path of the site comes from, null where it is none of ours. */
function sourceOf(path: string, root: string): string | null {
  const [, top, ...rest] = path.split("/");
  if (rest.includes("..")) return null;
  if (top === "wasm" && rest.length === 2) return join(root, "build", ...rest);
  if (top === "models" && rest.length > 0 && MODEL_FILES.test(rest.join("/"))) return join(root, "models", ...rest);
  return null;
}

/** Serves build/<variant>/whybox.* as /wasm/<variant>/ and models/ as /models/; copies both into the built site. */
export function siteFiles(root: string): Plugin {
  let out = "";
  return {
    name: "whybox-site-files",
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
        const source = sourceOf(path, root);
        if (source === null) return next();
        stat(source).then(
          () => {
            response.writeHead(200, { "Content-Type": TYPES[extname(source)] ?? "application/octet-stream", ...ISOLATION_HEADERS });
            createReadStream(source).pipe(response);
          },
          () => next(),
        );
      });
    },
    async closeBundle() {
      const models = (await filesUnder(join(root, "models"))).filter((file) => MODEL_FILES.test(file));
      const engine = VARIANTS.flatMap((variant) => ENGINE_FILES.map((file) => [join("build", variant, file), join("wasm", variant, file)] as const));
      for (const [from, to] of [...engine, ...models.map((file) => [join("models", file), join("models", file)] as const)]) {
        await mkdir(dirname(join(out, to)), { recursive: true });
        await cp(join(root, from), join(out, to));
      }
      await listForOffline(out);
    },
  };
}

/** Not for everyone in advance: a picture of a method's page is kept once it has been seen. */
const ON_REQUEST = /\.(map|png)$/;

/** Nor a network of more bytes than the page: it is kept once it has been chosen. */
const LARGE_NETWORK = 1_000_000;

async function inAdvance(out: string, file: string): Promise<boolean> {
  if (file === "sw.js" || ON_REQUEST.test(file)) return false;
  return !file.endsWith(".tflite") || (await stat(join(out, file))).size < LARGE_NETWORK;
}

/** Tells the service worker the site's files and a version that changes with any byte of them. */
async function listForOffline(out: string): Promise<void> {
  const all = (await filesUnder(out)).sort();
  const wanted = await Promise.all(all.map((file) => inAdvance(out, file)));
  const files = all.filter((_, i) => wanted[i]);
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(out, file)));
  const precache = { version: hash.digest("hex").slice(0, 12), files: ["./", ...files] };
  const worker = join(out, "sw.js");
  await writeFile(worker, `self.precache=${JSON.stringify(precache)};\n${await readFile(worker, "utf8")}`);
}
