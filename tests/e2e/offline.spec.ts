/** The service worker, on a host that sends no headers: isolation from the second load on, and a page without a network. */
import { expect, test } from "@playwright/test";
import { answered, mapFacts, open } from "./page";

test("gives a plain host its headers, and the page back when the network is gone", async ({ page, context }) => {
  await open(page, "?offline");
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  await page.reload();
  await answered(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(page.locator('[data-role="engine"]')).toHaveAttribute("data-variant", "wasm-threads");

  await context.setOffline(true);
  await page.reload();
  await answered(page);
  expect((await mapFacts(page)).varied).toBe(true);
});
