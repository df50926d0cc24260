/** What is explained, how the map is shown, and the words that go with both; by mouse and by keyboard. */
import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { alert, answered, chooseMethod, mapFacts, open, shown } from "./page";

const target = (page: Page): Locator => page.locator("whybox-target");
const question = (page: Page): Locator => page.locator('[data-role="question"]');
const caption = (page: Page): Locator => page.locator('[data-role="caption"]');
/** The painted map, without its frame: what an eye would compare. */
const painted = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const find = (root: ParentNode): HTMLCanvasElement | null => {
      for (const element of root.querySelectorAll("*")) {
        if (element instanceof HTMLCanvasElement && element.id === "overlay") return element;
        const within = element.shadowRoot === null ? null : find(element.shadowRoot);
        if (within !== null) return within;
      }
      return null;
    };
    return find(document)?.toDataURL() ?? "";
  });

async function turnToUnit(page: Page): Promise<void> {
  await target(page).getByLabel("A unit").check({ force: true });
  await expect(question(page)).toContainText("What drives");
  await answered(page);
}

async function openDisplay(page: Page): Promise<Locator> {
  const display = page.locator('[data-role="display"]');
  await display.locator("summary").click();
  return display;
}

test("a class rather than another: the map is of the difference, and every place says so", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "gradient");
  await answered(page);
  const { checksum } = await mapFacts(page);
  await page.locator('[data-role="versus"]').selectOption({ index: 1 });
  await expect(question(page)).toHaveText(/Why triangle \(.*\) rather than no triangle \(.*\)\?/);
  await answered(page);
  expect((await mapFacts(page)).checksum).not.toBe(checksum);
  await expect(page.locator("whybox-classes li").nth(1)).toContainText("rather than");
  // The class it is set against is asked for: nothing is left to set it against.
  await page.getByTitle("Explain this class").nth(1).click();
  await expect(question(page)).toHaveText(/Why no triangle \([^)]*\)\?/);
});

test("a unit: layer, channel and place by keyboard alone", async ({ page }) => {
  await open(page);
  await target(page).getByLabel("A class").focus();
  await page.keyboard.press("ArrowRight");
  await expect(question(page)).toContainText("What drives channel 0 of");
  await answered(page);
  await page.keyboard.press("Tab");
  await expect(page.locator('[data-role="unit-layer"]')).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("5");
  await page.keyboard.press("Tab");
  await expect(question(page)).toContainText("What drives channel 5 of");
  await page.keyboard.press("ArrowRight");
  await expect(target(page).locator('[data-role="row"]')).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("2");
  await page.keyboard.press("Tab");
  await expect(question(page)).toContainText("at row 2, column");
  await answered(page);
  await expect(alert(page)).toHaveCount(0);
});

test("a unit stays through another picture, and a number that cannot be is refused at its place", async ({ page }) => {
  await open(page);
  await turnToUnit(page);
  const before = await question(page).innerText();
  await page.getByRole("button", { name: "New scene" }).click();
  await expect.poll(async () => (await shown(page)).picture).toBe("scene 8");
  await answered(page);
  await expect(question(page)).toContainText(before.split(" at ")[0] ?? "");
  const channel = target(page).locator('[data-role="channel"]');
  await channel.fill("100000");
  await channel.press("Tab");
  await expect(target(page).getByRole("alert")).toContainText("Channel must be a whole number from 0 to");
  await expect(channel).toHaveValue("0");
});

test("layers for a method that explains a unit are those before it, each with its shape", async ({ page }) => {
  await open(page);
  const options = page.locator('whybox-control[data-param="layer"] option');
  const all = await options.allInnerTexts();
  expect(all[0]).toMatch(/^default: \d+×\d+×\d+ · /);
  for (const text of all.slice(1)) expect(text).toMatch(/^\d+×\d+×\d+ · [a-z0-9 ]+ · ./);
  await turnToUnit(page);
  const before = await options.allInnerTexts();
  expect(before[0]).toBe("default: the last one before the unit");
  expect(before.length).toBeLessThan(all.length);
  // A unit may be of any layer, of the dense one too, which has no places.
  const units = await page.locator('[data-role="unit-layer"] option').allInnerTexts();
  expect(units.some((text) => /^\d+ · fully connected/.test(text))).toBe(true);
});

test("a method that cannot explain a unit says so where it was asked, and the former answer stays", async ({ page }) => {
  await open(page);
  await turnToUnit(page);
  await chooseMethod(page, "lime");
  const refusal = page.locator('[data-role="refusal"]');
  await expect(refusal).toContainText("unit");
  await expect(caption(page)).toContainText("This is the former answer");
  await expect(question(page)).toContainText("Grad-CAM");
  await chooseMethod(page, "gradient");
  await answered(page);
  await expect(refusal).toHaveCount(0);
  await expect(caption(page)).not.toContainText("former answer");
});

test("display options change what is seen and never the map, and are said until they are off", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "integrated-gradients");
  await answered(page);
  const { checksum } = await mapFacts(page);
  const plain = await painted(page);
  const display = await openDisplay(page);
  await expect(caption(page)).not.toContainText("Shown:");

  await display.getByLabel("For", { exact: true }).check({ force: true });
  await expect(caption(page)).toContainText("Shown: only what speaks for it.");
  const positive = await painted(page);
  expect(positive).not.toBe(plain);
  await display.locator('[data-role="sigma"]').fill("3");
  await display.locator('[data-role="sigma"]').press("Tab");
  await expect(caption(page)).toContainText("smoothed (Gaussian, σ = 3 px)");
  const soft = await painted(page);
  expect(soft).not.toBe(positive);
  await display.locator('[data-role="clip"]').fill("99");
  await display.locator('[data-role="clip"]').press("Tab");
  await expect(caption(page)).toContainText("scale ends at percentile 99");
  expect(await painted(page)).not.toBe(soft);
  expect((await mapFacts(page)).checksum).toBe(checksum);

  // What is no number in the range is put back, and nothing is clipped by it.
  await display.locator('[data-role="clip"]').fill("7");
  await display.locator('[data-role="clip"]').press("Tab");
  await expect(display.locator('[data-role="clip"]')).toHaveValue("99");

  await caption(page).getByRole("button", { name: "Show it as computed" }).click();
  await expect(caption(page)).not.toContainText("Shown:");
  expect(await painted(page)).toBe(plain);
});

test("what is saved carries the target and every display option: name, properties and settings", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "input-x-gradient");
  await page.locator('[data-role="versus"]').selectOption({ index: 1 });
  await expect(question(page)).toContainText("rather than");
  await answered(page);
  const display = await openDisplay(page);
  await display.getByLabel("Size", { exact: true }).check({ force: true });
  await display.locator('[data-role="sigma"]').fill("2");
  await display.locator('[data-role="sigma"]').press("Tab");

  const download = async (button: string) => {
    const wait = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    const file = await wait;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const settings = await download("Save settings");
  expect(JSON.parse(settings.bytes.toString("utf8"))).toMatchObject({
    target: { label: "triangle", versus: { label: "no triangle" } },
    display: { sign: "magnitude", smoothing_sigma: 2, clip_percentile: 100 },
  });
  const picture = await download("Save picture");
  expect(picture.name).toMatch(/triangle-rather-than-no-triangle-magnitude-smoothed-2\.png$/);
  const text = picture.bytes.toString("utf8");
  for (const words of ["iTXtDescription", "rather than no triangle", "float twin", "sizes without signs; smoothed (Gaussian, σ = 2 px)"]) expect(text).toContain(words);
});

test("the caption of a quantised network says which function is explained; a float network needs none", async ({ page }) => {
  await open(page);
  await expect(caption(page)).toContainText(/float twin of this quantised network\. The twin says .*, the network .* apart\./);
  await chooseMethod(page, "occlusion");
  await answered(page);
  await expect(caption(page)).toContainText("The map explains the quantised network as it runs.");
  await page.locator('[data-role="model"]').selectOption("triangle/float");
  await expect.poll(async () => (await shown(page)).model).toContain("float");
  await answered(page);
  await expect(caption(page)).not.toContainText("The map explains");
});

test("rules that cannot be read are refused at their field, and mended ones answered", async ({ page }) => {
  await open(page, "?method=lrp&p.composite=custom");
  const rules = page.locator('whybox-control[data-param="rules"]');
  const field = rules.getByLabel("Rules");
  await field.fill("conv_2d=gama 1, first=z-box");
  await field.press("Enter");
  await expect(rules.getByRole("alert")).toContainText("gama");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue("conv_2d=gama 1, first=z-box");
  await expect(caption(page)).toContainText("This is the former answer");
  await field.fill("conv_2d=gamma 1, first=z-box");
  await field.press("Enter");
  await expect(alert(page)).toHaveCount(0);
  await answered(page);
  await expect(page.locator("whybox-conservation tbody")).toContainText("gamma 1");
  await expect(page.locator("whybox-conservation tbody tr").last()).toContainText("z-box");
});

test("where relevance goes: a row per layer with its rule, the output first, reached by keyboard", async ({ page }) => {
  await open(page, "?model=triangle/float&method=lrp");
  const panel = page.locator("whybox-conservation");
  const rows = panel.getByRole("row");
  const layers = await page.evaluate(() => document.querySelector("whybox-app")?.studio.answer?.heatmap.layers ?? []);
  expect(layers.length).toBeGreaterThan(4);
  await expect(rows).toHaveCount(layers.length + 1);
  await expect(rows.first()).toHaveText(/Layer, the output first\s*Rule\s*Relevance below it/);
  for (const [i, { rule }] of layers.entries()) await expect(rows.nth(i + 1)).toContainText(rule);
  const score = await page.evaluate(() => document.querySelector("whybox-app")?.studio.answer?.heatmap.findings.find(({ id }) => id === "twin_logit")?.value ?? NaN);
  await expect(panel).toContainText(`The score is ${Number(score.toPrecision(3))}`);
  const region = panel.getByRole("region", { name: "Relevance by layer" });
  await region.focus();
  await page.keyboard.press("End");
  await expect(rows.last()).toBeInViewport();
  await chooseMethod(page, "gradient");
  await answered(page);
  await expect(rows).toHaveCount(0);
});

test("a method's page opens on request, with its formula, and leads to other methods", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await open(page);
  await chooseMethod(page, "cam");
  await answered(page);
  const pagesFetched = (): number => fetched.filter((url) => /assets\/cam-[^/]*\.js/.test(url)).length;
  expect(pagesFetched()).toBe(0);
  await page.getByRole("button", { name: "About it" }).click();
  const about = page.locator("whybox-about");
  await expect(about.locator("pre")).toContainText("map = ReLU(Σk wck Ak)");
  await expect(about.getByRole("heading", { name: "How it fails" })).toBeVisible();
  expect(pagesFetched()).toBe(1);
  await about.getByRole("link", { name: "Grad-CAM" }).click();
  await expect(page.locator('[data-role="method"]')).toHaveValue("grad-cam");
  await expect(about.locator("pre sub").first()).toHaveText("k");
});

test("an address asks its question: network, scene, method, parameter and unit", async ({ page }) => {
  await open(page, "?model=triangle-colour/float&scene=11&method=smoothgrad&seed=3&p.samples=5");
  expect(await shown(page)).toMatchObject({ model: "Red triangle, float", picture: "scene 11" });
  await expect(page.locator('[data-role="method"]')).toHaveValue("smoothgrad");
  await expect(page.getByLabel("Seed", { exact: true })).toHaveValue("3");
  await expect(page.locator('whybox-control[data-param="samples"] input[type="number"]')).toHaveValue("5");
  const layer = await page.evaluate(() => document.querySelector("whybox-app")?.studio.model?.layers[0]?.name ?? "");
  await open(page, `?model=triangle-colour/float&method=gradient&layer=${encodeURIComponent(layer)}&channel=2&row=1&column=0`);
  await expect(question(page)).toContainText("What drives channel 2 of");
  await expect(question(page)).toContainText("at row 1, column 0");
});

for (const width of [390, 820]) {
  test(`nothing of it sticks out of a screen ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await open(page);
    await turnToUnit(page);
    await target(page).getByLabel("At", { exact: true }).check({ force: true });
    await openDisplay(page);
    await page.getByRole("button", { name: "About it" }).click();
    await expect(page.locator("whybox-about pre")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  });
}
