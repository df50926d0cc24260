/**
 * Serves the built site: `node web/serve.mjs [--port 8080] [--folder dist] [--plain]`.
 *
 * With the COOP/COEP headers that threads need; `--plain` leaves them out, as most static hosts do.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};
/** Files whose name carries a hash of their contents. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

async function findFile(folder, address) {
  const path = normalize(decodeURIComponent(new URL(address, "http://localhost").pathname));
  const file = join(folder, path.endsWith(sep) ? join(path, "index.html") : path);
  if (file !== folder && !file.startsWith(folder + sep)) return null;
  const about = await stat(file).catch(() => null);
  return about?.isFile() ? { file, path, about } : null;
}

async function respond(request, response, folder, headers) {
  const found = await findFile(folder, request.url ?? "/").catch(() => null);
  if (found === null) return response.writeHead(404, { "Content-Type": "text/plain", ...headers }).end("There is no such file.\n");
  const { file, path, about } = found;
  const tag = `"${about.size.toString(16)}-${about.mtimeMs.toString(16)}"`;
  const caching = { ETag: tag, "Cache-Control": HASHED.test(path) ? "max-age=31536000, immutable" : "no-cache" };
  if (request.headers["if-none-match"] === tag) return response.writeHead(304, { ...caching, ...headers }).end();
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "Content-Type": type, "Content-Length": about.size, ...caching, ...headers });
  if (request.method === "HEAD") return response.end();
  createReadStream(file).pipe(response);
}

/** Listens on this machine only; port 0 takes any free one. Resolves to the server and its address. */
export async function serve({ folder, port = 0, isolated = true }) {
  const root = resolve(folder);
  const server = createServer((request, response) => void respond(request, response, root, isolated ? ISOLATION : {}));
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  return { server, address: `http://localhost:${server.address().port}/` };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "8080" }, folder: { type: "string" }, plain: { type: "boolean", default: false } },
  });
  const folder = values.folder ?? fileURLToPath(new URL("../dist", import.meta.url));
  const { address } = await serve({ folder, port: Number(values.port), isolated: !values.plain });
  console.log(`whybox is at ${address}`);
}
