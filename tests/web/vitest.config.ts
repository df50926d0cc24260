import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  esbuild: { target: "es2022" },
  test: { include: ["tests/web/**/*.test.ts"] },
});
