/** Networks that give more than classes: concepts to be set by hand, maps of their own. Shipped networks stand in, with other declarations. */
import { expect, type Page, test } from "@playwright/test";
import { alert, answered, mapFacts, open, shown } from "./page";

interface Entry {
  id: string;
  outputs?: Record<string, string>;
  concepts?: object[];
  [key: string]: unknown;
}

/** Opens the page with a network of which the manifest says more than it does. */
async function openAs(page: Page, id: string, more: Partial<Entry>, query = ""): Promise<void> {
  await page.route("**/models/manifest.json", async (route) => {
    const response = await route.fetch();
    const { models } = (await response.json()) as { models: Entry[] };
    await route.fulfill({ response, json: { models: models.map((entry) => (entry.id === id ? { ...entry, ...more } : entry)) } });
  });
  await open(page, `?model=${id}/int8${query}`);
}

const tensors = (page: Page): Promise<{ last: string; spatial: string }> =>
  page.evaluate(() => {
    const { model } = document.querySelector("whybox-app")?.studio ?? {};
    return { last: model?.layers.at(-1)?.name ?? "", spatial: model?.default_layer ?? "" };
  });

test("a network that declares nothing has no views but those of every network", async ({ page }) => {
  await open(page);
  await expect(page.locator("whybox-concepts")).toHaveCount(0);
  await expect(page.getByRole("radiogroup", { name: "View" })).toHaveCount(0);
});

test("concepts show what the network saw; set by hand, the prediction follows; as seen brings both back", async ({ page }) => {
  await open(page, "?model=triangle/int8");
  const { last } = await tensors(page);
  const before = await page.locator("whybox-classes").innerText();
  // The logits stand in for concepts: whatever is written there decides the classes.
  const concepts = [{ id: "shape", name: "Shape", values: ["none", "triangle"], first: 0 }];
  await openAs(page, "triangle", { outputs: { [last]: "concepts" }, concepts });
  await expect(page.locator("whybox-classes")).toContainText("triangle");
  expect((await shown(page)).said).toBe("triangle");
  const panel = page.locator("whybox-concepts");
  await expect(panel.locator('[data-role="said"]')).toContainText("triangle");
  await expect(panel.locator('[data-role="as-seen"]')).toBeDisabled();

  await panel.getByRole("button", { name: "none", exact: true }).click();
  await expect(page.locator('[data-role="by-hand"]')).toBeVisible();
  await expect(page.locator("whybox-classes li").first()).toContainText("no triangle");
  await expect(panel.locator('[data-role="said"]')).toContainText("none 100");

  const slider = panel.getByRole("slider", { name: "Shape: triangle" });
  await slider.focus();
  for (let i = 0; i < 60; i++) await page.keyboard.press("ArrowRight");
  await expect(page.locator("whybox-classes li").first()).toContainText(/^\s*triangle/);
  await expect(panel.locator('[data-role="said"]')).toContainText("triangle 60");

  await panel.locator('[data-role="as-seen"]').click();
  await expect(page.locator('[data-role="by-hand"]')).toHaveCount(0);
  expect(await page.locator("whybox-classes").innerText()).toBe(before);
  await expect(alert(page)).toHaveCount(0);
});

test("concepts follow a scene that a hand changes, and are as seen again", async ({ page }) => {
  await open(page, "?model=flower-6/int8");
  const { last } = await tensors(page);
  const values = ["red petals", "blue petals", "violet petals", "red stem", "blue stem", "violet stem"];
  await openAs(page, "flower-6", { outputs: { [last]: "concepts" }, concepts: [{ id: "class", name: "Class", values, first: 0 }] }, "&scene=3&s.class=red petals");
  const said = page.locator('whybox-concepts [data-role="said"]');
  await expect(said).toContainText("red petals");
  await page.locator("whybox-concepts").getByRole("button", { name: "blue stem", exact: true }).click();
  await expect(said).toContainText("blue stem");
  await page.locator('[data-role="handle"][data-handle="petals"]').click();
  await expect(said).toContainText("blue petals");
  await expect(page.locator('[data-role="by-hand"]')).toHaveCount(0);
});

test("a network's own map is shown as what it lets through, or in colours, and follows the scene", async ({ page }) => {
  await open(page, "?model=triangle/int8");
  const { spatial } = await tensors(page);
  await openAs(page, "triangle", { outputs: { [spatial]: "map" } });
  const before = await mapFacts(page);
  await page.getByRole("radio", { name: "Own map" }).check({ force: true });
  await expect(page.locator('[data-role="question"]')).toHaveText("The network's own map");
  const pixels = (): Promise<number[]> =>
    page.locator("whybox-heatmap #overlay").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      let [color, opacity] = [0, 0];
      for (let i = 0; i < data.length; i += 4) [color, opacity] = [color + (data[i] ?? 0), opacity + (data[i + 3] ?? 0)];
      return [color, opacity];
    });
  const [color = NaN, shade = NaN] = await pixels();
  expect(color).toBe(0);
  expect(shade).toBeGreaterThan(0);
  await page.getByLabel("Only what it lets through").uncheck();
  await expect.poll(async () => (await pixels())[0]).toBeGreaterThan(0);
  await page.getByLabel("Only what it lets through").check();
  await page.locator('[data-role="handle"][data-handle="triangle"]').press("Shift+ArrowRight");
  await expect.poll(async () => (await pixels())[1]).not.toBe(shade);
  await answered(page);
  expect((await mapFacts(page)).checksum).not.toBe(before.checksum);
});

test("prototypes stand as crops with what they add; choosing one shows where the picture looks like it", async ({ page }) => {
  await open(page, "?model=triangle/int8");
  const { spatial } = await tensors(page);
  const prototypes = [0, 1, 2].map((index) => ({ index, class: index % 2, file: `triangle/${index}.png`, weights: [-1 - index, 1 + index] }));
  await page.route("**/models/triangle/prototypes.json", (route) => route.fulfill({ json: { tensor: spatial, prototypes } }));
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
  await page.route("**/models/triangle/*.png", (route) => route.fulfill({ contentType: "image/png", body: Buffer.from(pixel, "base64") }));
  await openAs(page, "triangle", { outputs: { [spatial]: "similarities" }, prototypes: "triangle/prototypes.json" });
  const buttons = page.locator("whybox-prototypes button[data-prototype]");
  await expect(buttons).toHaveCount(3);
  await expect(buttons.first()).toHaveAccessibleName(/similarity .* adds .* to triangle/);
  await expect(page.getByRole("radio", { name: "Own map" })).toHaveCount(0);
  await buttons.first().click();
  await expect(buttons.first()).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator('[data-role="question"]')).toContainText("Where it looks like prototype");
  await buttons.first().click();
  await expect(page.locator('[data-role="question"]')).toContainText("Why triangle");
});
