/** Everything around the main line: classes, colours, files that go away, narrow screens, a lost engine. */
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { alert, answered, chooseMethod, hasShared, imageFile, labelsFile, mapFacts, modelFile, open, sceneOf, shared, shown } from "./page";

test("a click on another class explains that one", async ({ page }) => {
  const { label } = await open(page);
  const other = page.getByTitle("Explain this class").nth(1);
  const name = await other.locator(".label").innerText();
  expect(name).not.toBe(label);
  await other.click();
  await expect.poll(async () => (await answered(page)).label).toBe(name);
  await expect(other).toHaveAttribute("aria-pressed", "true");
});

test("every method of the registry can be chosen and answers without a complaint", async ({ page }) => {
  test.setTimeout(240_000);
  await open(page);
  const methods = await page.evaluate(() => document.querySelector("whybox-app")?.studio.engine?.methods.map(({ id }) => id) ?? []);
  expect(methods.length).toBeGreaterThan(3);
  for (const id of methods) {
    await chooseMethod(page, id);
    await answered(page);
    expect(await mapFacts(page), id).toMatchObject({ finite: true, varied: true });
  }
  await expect(alert(page)).toHaveCount(0);
});

test("colour map, opacity and truth change what is painted, not the numbers", async ({ page }) => {
  await open(page);
  await sceneOf(page, "triangle");
  const { checksum } = await mapFacts(page);
  const stage = page.locator("whybox-heatmap .frame");
  const before = await stage.screenshot();
  await page.getByLabel("Colours").selectOption("viridis");
  const recoloured = await stage.screenshot();
  expect(recoloured.equals(before)).toBe(false);
  await page.locator('[data-role="truth"]').check();
  expect((await stage.screenshot()).equals(recoloured)).toBe(false);
  expect((await mapFacts(page)).checksum).toBe(checksum);
});

test("the settings that can be saved tell all that is needed to do it again", async ({ page }) => {
  await open(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save settings" }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), "utf8")) as Record<string, unknown>;
  expect(saved).toMatchObject({ fit: "stretch", finished: true, seed: "0", image: { scene: { seed: 7 } } });
  expect(saved["params"]).toBeDefined();
  const picture = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save picture" }).click();
  const png = await readFile(await (await picture).path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
});

test("the fit and the normalisation are the person's to change", async ({ page }) => {
  await open(page);
  await page.getByLabel("Letterbox").check({ force: true });
  await answered(page);
  await page.getByText("Normalisation:").click();
  const mean = page.getByLabel("Mean, Red");
  await mean.fill("100");
  await mean.press("Tab");
  await expect(page.getByText("Normalisation: set by you")).toBeVisible();
  await answered(page);
  await expect(alert(page)).toHaveCount(0);
});

/** One red pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

for (const way of ["drop", "paste"] as const) {
  test(`a picture that comes by ${way} is explained`, async ({ page }) => {
    await open(page);
    await page.evaluate(
      ([kind, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "pixel.png", { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        const event = kind === "drop" ? new DragEvent("drop", { ...init, dataTransfer: data }) : new ClipboardEvent("paste", { ...init, clipboardData: data });
        document.body.dispatchEvent(event);
      },
      [way, PIXEL] as const,
    );
    await expect.poll(async () => (await shown(page)).picture).toBe("pixel.png");
    await answered(page);
    expect((await mapFacts(page)).pixels).toBe(1);
    await expect(alert(page)).toHaveCount(0);
  });
}

for (const width of [390, 820]) {
  test(`nothing sticks out of a screen ${width} pixels wide, with a map or with superpixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await open(page);
    const excess = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await excess()).toBeLessThanOrEqual(0);
    await chooseMethod(page, "lime");
    await answered(page);
    expect(await excess()).toBeLessThanOrEqual(0);
  });
}

test("an engine that is lost is replaced, and the work stays", async ({ page }) => {
  const before = await open(page);
  const { checksum } = await mapFacts(page);
  await page.evaluate(() => {
    const app = document.querySelector("whybox-app") as unknown as { studio: { client: { worker: { onerror(event: object): void } } } };
    app.studio.client.worker.onerror({ message: "lost on purpose" });
  });
  await expect(alert(page).filter({ hasText: "started anew" })).toBeVisible();
  await page.getByRole("button", { name: "Explain", exact: true }).click();
  const after = await answered(page);
  expect(after.model).toBe(before.model);
  expect((await mapFacts(page)).checksum).toBe(checksum);
});

test("a machine without a camera says so, and goes on", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Camera" }).click();
  await expect(alert(page)).toContainText("camera");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert(page)).toHaveCount(0);
});

test.describe("with real networks and photos", () => {
  test.skip(!hasShared, "no shared models beside the checkout");

  test("a photo and a MobileNet dropped together: the cat is an Egyptian cat, and it is explained", async ({ page }) => {
    await open(page);
    await modelFile(page).setInputFiles([shared("models", "mobilenet_v2_1.0_224_quant.tflite")]);
    await labelsFile(page).setInputFiles([shared("models", "imagenet_labels.txt")]);
    await imageFile(page).setInputFiles([shared("photos", "square", "cat_224.png")]);
    await expect.poll(async () => (await shown(page)).picture).toBe("cat_224.png");
    expect((await answered(page)).said).toBe("Egyptian cat");
    expect(await mapFacts(page)).toMatchObject({ pixels: 224 * 224, finite: true, varied: true });
    await expect(alert(page)).toHaveCount(0);
  });
});
