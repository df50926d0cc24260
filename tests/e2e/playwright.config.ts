/**
 * Drives the built page in Debian's Chromium: `npx playwright test --config tests/e2e/playwright.config.ts`.
 *
 * WHYBOX_SITE names another built site than dist/, WHYBOX_PORT the first of two ports to serve it on, CHROMIUM the browser.
 */
import { defineConfig } from "@playwright/test";

const ISOLATED = Number(process.env["WHYBOX_PORT"] ?? 4173);
const PLAIN = ISOLATED + 1;
const site = process.env["WHYBOX_SITE"] ?? "dist";
const serve = (port: number, ...flags: string[]) => ({
  command: ["node", "web/serve.mjs", "--port", String(port), "--folder", site, ...flags].join(" "),
  cwd: new URL("../..", import.meta.url).pathname,
  url: `http://localhost:${port}/`,
  reuseExistingServer: false,
});
const browser = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    // As root, as in most containers, Chromium has no sandbox; nothing but this machine is visited.
    args: ["--no-sandbox", "--disable-background-networking"],
  },
  viewport: { width: 1280, height: 900 },
};

export default defineConfig({
  testDir: ".",
  outputDir: "../../build/e2e",
  snapshotPathTemplate: "{testDir}/gallery/{arg}{ext}",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  reporter: "list",
  forbidOnly: process.env["CI"] !== undefined,
  webServer: [serve(ISOLATED), serve(PLAIN, "--plain")],
  projects: [
    { name: "isolated", use: { ...browser, baseURL: `http://localhost:${ISOLATED}/`, serviceWorkers: "block" }, testIgnore: /offline/ },
    { name: "plain", use: { ...browser, baseURL: `http://localhost:${PLAIN}/`, serviceWorkers: "block" }, testMatch: /journey|gallery/ },
    { name: "offline", use: { ...browser, baseURL: `http://localhost:${PLAIN}/` }, testMatch: /offline/ },
  ],
});
