/**
 * The service worker: the page works offline after the first visit, and has the COOP/COEP headers that threads need on hosts that
 * cannot send them (from the second visit on).
 *
 * The build puts `self.precache` before this code: a version and the site's files. Files with a hash in their name never change and
 * come from the cache; everything else comes from the network while there is one, so that a new build is never masked by an old one.
 */
export {};

interface Precache {
  readonly version: string;
  readonly files: readonly string[];
}

/** Of a service worker's scope only what is used here: the library's types for it cannot stand beside those of a page. */
interface Scope {
  readonly precache: Precache;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: { waitUntil(work: Promise<void>): void }) => void): void;
  addEventListener(
    type: "fetch",
    listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
}

declare const self: Scope;

const PREFIX = "whybox-";
const CACHE = PREFIX + self.precache.version;
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

/** The same answer with the headers that make a page isolated. */
function isolated(response: Response): Response {
  if (response.type === "opaque" || response.type === "error" || response.redirected) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const { status, statusText } = response;
  const body = status === 204 || status === 304 ? null : response.body;
  return new Response(body, { status, statusText, headers });
}

async function fromCache(request: Request): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  return cache.match(request, { ignoreSearch: true });
}

async function fromNetwork(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.ok && response.type === "basic") {
    const cache = await caches.open(CACHE);
    await cache.put(new URL(request.url).pathname, response.clone());
  }
  return response;
}

async function respond(request: Request): Promise<Response> {
  if (HASHED.test(new URL(request.url).pathname)) return isolated((await fromCache(request)) ?? (await fromNetwork(request)));
  try {
    return isolated(await fromNetwork(request));
  } catch (error) {
    const kept = await fromCache(request);
    if (kept === undefined) throw error;
    return isolated(kept);
  }
}

self.addEventListener("install", (event) => {
  const fill = async (): Promise<void> => {
    const cache = await caches.open(CACHE);
    await cache.addAll(self.precache.files.map((file) => new URL(file, self.registration.scope).href));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async (): Promise<void> => {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(respond(request));
});
