/** How sure a map is, asked with other seeds; and superpixels of one's own. */
import { expect, type Page, test } from "@playwright/test";
import { answered, chooseMethod, mapFacts, open, setNumber, shown } from "./page";

/** A label image of that size, red on the left, blue on the right. */
const halves = (page: Page, width: number, height: number): Promise<Buffer> =>
  page
    .evaluate(
      async ([w, h]) => {
        const canvas = new OffscreenCanvas(w, h);
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("no context");
        context.fillStyle = "#f00";
        context.fillRect(0, 0, w / 2, h);
        context.fillStyle = "#00f";
        context.fillRect(w / 2, 0, w / 2, h);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
      },
      [width, height] as const,
    )
    .then((bytes) => Buffer.from(bytes));

const segmentsFile = (page: Page) => page.locator('[data-role="segments-file"] input');
const verdict = (page: Page) => page.locator('[data-role="verdict"]');

test.beforeEach(async ({ page }) => {
  await open(page, "?method=lime&p.samples=60");
});

test("the same question with other seeds: a verdict, the mean, its spread, and the answer itself untouched", async ({ page }) => {
  await chooseMethod(page, "lime");
  await answered(page);
  const { checksum } = await mapFacts(page);
  await page.locator('[data-role="seeds"]').fill("4");
  await page.locator('[data-role="seeds"]').press("Tab");
  await page.locator('[data-role="again"]').click();
  await expect(verdict(page)).toContainText("4 seeds", { timeout: 30_000 });
  await expect(page.locator("whybox-again li").first()).toContainText("±");
  const map = page.locator("whybox-again .frame");
  const mean = await map.screenshot();
  await page.locator("whybox-again").getByText("Spread").click();
  expect((await map.screenshot()).equals(mean)).toBe(false);
  expect((await mapFacts(page)).checksum).toBe(checksum);
  await setNumber(page, "samples", 50);
  await answered(page);
  await expect(verdict(page)).toHaveCount(0);
});

test("a method without chance says so", async ({ page }) => {
  await chooseMethod(page, "occlusion");
  await answered(page);
  await page.locator('[data-role="again"]').click();
  await expect(verdict(page)).toContainText("draws nothing at random", { timeout: 30_000 });
});

test("runs can be stopped; what was found stays, and superpixels can still be switched", async ({ page }) => {
  await setNumber(page, "samples", 400);
  await answered(page);
  await page.locator('[data-role="seeds"]').fill("100");
  await page.locator('[data-role="seeds"]').press("Tab");
  await page.locator('[data-role="again"]').click();
  await page.locator("whybox-again").getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator('[data-role="again"]')).toBeEnabled();
  await page.getByRole("button", { name: "None" }).click();
  await expect(page.locator("whybox-switchboard")).toContainText("with 0 of");
});

test("standard errors can be looked at", async ({ page }) => {
  await setNumber(page, "samples", 300);
  await answered(page);
  await page.getByRole("radio", { name: "Error" }).check({ force: true });
  await expect(page.locator("whybox-color-bar")).toContainText("standard error");
});

test("a label image becomes the superpixels, and a picture that is none is refused in a sentence", async ({ page }) => {
  const { picture } = await page.evaluate(() => ({ picture: { width: 0, height: 0, ...document.querySelector("whybox-app")?.studio.picture } }));
  const labels = await halves(page, picture.width, picture.height);
  await segmentsFile(page).setInputFiles({ name: "halves.png", mimeType: "image/png", buffer: labels });
  await expect(page.locator('[data-role="segments"]')).toContainText("2 segments, halves.png");
  expect((await answered(page)).weights).toHaveLength(2);
  await segmentsFile(page).setInputFiles({ name: "wide.png", mimeType: "image/png", buffer: await halves(page, picture.width * 2, picture.height) });
  await expect(page.getByRole("alert")).toContainText("wanted the same proportions");
  await page.locator("whybox-segments").getByRole("button", { name: "Remove" }).click();
  await expect(page.locator('[data-role="segments"]')).toHaveCount(0);
  expect((await answered(page)).weights?.length).toBeGreaterThan(2);
});

test("segments are painted with mouse and keys", async ({ page }) => {
  await page.getByRole("button", { name: "Paint…" }).click();
  const canvas = page.getByRole("application", { name: /Paint segments/ });
  const use = page.getByRole("button", { name: "Use them" });
  await expect(use).toBeDisabled();
  await canvas.hover({ position: { x: 40, y: 40 } });
  await page.mouse.down();
  await canvas.hover({ position: { x: 120, y: 60 } });
  await page.mouse.up();
  await canvas.focus();
  await page.keyboard.press("2");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight"]) await page.keyboard.press(key);
  await expect(page.locator("whybox-segment-painter")).toContainText("3 segments");
  await use.click();
  await expect(page.locator('[data-role="segments"]')).toContainText("3 segments, painted");
  expect((await answered(page)).weights).toHaveLength(3);
  expect((await shown(page)).finished).toBe(true);
});
