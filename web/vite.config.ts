import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { methodPages } from "./plugins/pages";
import { ISOLATION_HEADERS, siteFiles } from "./plugins/site";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // The site works from any folder of any static host.
  base: "./",
  plugins: [methodPages(), siteFiles(here(".."))],
  server: { headers: ISOLATION_HEADERS, port: 8080 },
  preview: { headers: ISOLATION_HEADERS, port: 8080 },
  worker: { format: "es" },
  build: {
    outDir: here("../dist"),
    emptyOutDir: true,
    target: "es2022",
    rollupOptions: {
      input: { index: here("index.html"), bench: here("bench.html"), gallery: here("gallery.html"), sw: here("src/sw.ts") },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
