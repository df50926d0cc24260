/** The benchmark page measures every engine that can run here. */
import { expect, test } from "@playwright/test";
import type {} from "../../web/src/components/whybox-bench";

test("the benchmark page reports every engine, with the methods that sample", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto("./bench.html");
  await page.getByRole("button", { name: "Measure" }).click();
  await expect.poll(() => page.evaluate(() => window.whyboxBench.report !== null || window.whyboxBench.error !== null), { timeout: 170_000 }).toBe(true);
  const { report, error } = await page.evaluate(() => window.whyboxBench);
  expect(error).toBeNull();
  const measurements = report?.measurements ?? [];
  expect(new Set(measurements.map(({ variant }) => variant))).toEqual(new Set(["wasm-simd", "wasm-threads"]));
  for (const { single, batch, methods } of measurements) {
    expect(single.forward_ms).toBeGreaterThan(0);
    expect(batch).toMatchObject({ batch: 16 });
    expect(methods.length).toBeGreaterThanOrEqual(2);
    for (const { samples } of methods) expect(samples).toBe(1000);
  }
  await expect(page.locator("tbody tr")).toHaveCount(measurements.length);
});
