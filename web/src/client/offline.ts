/** The service worker: offline use, and the headers that threads need on hosts that do not send them. */

const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * On a machine's own address the server is always there and sends the headers itself, and a worker left behind would serve this
 * page to whatever else uses the port later; `?offline` asks for it all the same.
 */
export const wantsServiceWorker = ({ hostname, search }: Pick<Location, "hostname" | "search">): boolean =>
  !LOCAL_HOSTS.has(hostname) || new URLSearchParams(search).has("offline");

export function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV || !wantsServiceWorker(location)) return;
  // Without it the page works just as well, with one thread and a connection.
  navigator.serviceWorker.register(new URL("./sw.js", document.baseURI)).catch(() => {});
}
