/** The main line, in both engines: network and scene, prediction, heatmap, superpixels switched by mouse and keyboard. */
import { expect, test } from "@playwright/test";
import { alert, answered, barText, chooseMethod, mapFacts, open, sceneOf, setNumber, shown, superpixels } from "./page";

/** Of the colour cues none is left in these scenes: only a shape can be what the network looks at. */
const SOUGHT = "triangle";

test("the page answers by itself, with the engine that suits it", async ({ page }, { project }) => {
  await open(page);
  expect(await mapFacts(page)).toMatchObject({ finite: true, varied: true });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(project.name === "isolated");
  const variant = project.name === "isolated" ? "wasm-threads" : "wasm-relaxed";
  await expect(page.locator('[data-role="engine"]')).toHaveAttribute("data-variant", variant);
  await expect(alert(page)).toHaveCount(0);
});

test("a browser without relaxed SIMD gets an engine too, and the same answer", async ({ page }) => {
  // 8 bits all the way: the same to the last one, whatever the engine.
  await open(page, "?method=occlusion");
  const { checksum } = await mapFacts(page);
  await open(page, "?method=occlusion&variant=wasm-simd");
  await expect(page.locator('[data-role="engine"]')).toHaveAttribute("data-variant", "wasm-simd");
  expect((await mapFacts(page)).checksum).toBe(checksum);
});

test("the first heatmap is on screen within two seconds", async ({ page }) => {
  // The best of three: other programs on this machine may be in the way, and the first load also waits for its disk.
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    await open(page);
    times.push(await page.evaluate(() => performance.getEntriesByName("whybox:first-heatmap")[0]?.startTime ?? Infinity));
  }
  expect(Math.min(...times)).toBeLessThan(2000);
});

test("the map of a scene with a triangle lies on the triangle", async ({ page }) => {
  await open(page);
  await sceneOf(page, SOUGHT);
  const { massOnTruth, areaOfTruth } = await mapFacts(page);
  // A map that knows nothing has as much mass inside as the triangle has area; a coarse one smears over the edges.
  expect(massOnTruth).toBeGreaterThan(2.5 * areaOfTruth);
});

test("superpixels: switching by mouse and by keyboard changes the network's probability", async ({ page }) => {
  await open(page);
  await sceneOf(page, SOUGHT);
  await chooseMethod(page, "lime");
  const { weights = [] } = await answered(page);
  await expect(barText(page, "network")).toHaveText(/%/);
  const whole = await barText(page, "network").innerText();

  const best = weights.indexOf(Math.max(...weights));
  const place = await page.evaluate((wanted) => {
    const labels = document.querySelector("whybox-app")?.studio.answer?.superpixels?.labels ?? new Int32Array();
    const inside = [...labels.keys()].filter((i) => labels[i] === wanted);
    return inside[Math.floor(inside.length / 2)] ?? 0;
  }, best);
  const { width, height } = await page.evaluate(() => {
    const { width = 1, height = 1 } = document.querySelector("whybox-app")?.studio.picture ?? {};
    return { width, height };
  });
  const box = (await superpixels(page).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const at = { x: ((place % width) + 0.5) * (box.width / width), y: (Math.floor(place / width) + 0.5) * (box.height / height) };
  await superpixels(page).click({ position: at });
  await expect(barText(page, "network")).not.toHaveText(whole);
  await expect(page.locator("#told")).toContainText(`Superpixel ${best + 1} of ${weights.length}`);
  await expect(page.locator("#told")).toContainText("off");

  const surrogate = await barText(page, "surrogate").innerText();
  await superpixels(page).press(" ");
  await expect(barText(page, "network")).toHaveText(whole);
  await expect(barText(page, "surrogate")).not.toHaveText(surrogate);

  await superpixels(page).press("ArrowRight");
  await expect(page.locator("#told")).not.toContainText(`Superpixel ${best + 1} of`);
  await superpixels(page).press(" ");
  await expect(page.getByText(`with ${weights.length - 1} of ${weights.length} superpixels on`)).toBeVisible();
});

test("superpixels: all, none and only the k best", async ({ page }) => {
  await open(page);
  await sceneOf(page, SOUGHT);
  await chooseMethod(page, "lime");
  const { weights = [] } = await answered(page);
  const whole = await barText(page, "network").innerText();
  await page.getByRole("button", { name: "None", exact: true }).click();
  await expect(page.getByText(`with 0 of ${weights.length}`)).toBeVisible();
  await expect(barText(page, "network")).not.toHaveText(whole);
  const count = page.getByLabel("How many of the best");
  await count.fill("3");
  await count.press("Tab");
  await expect(page.getByText(`with 3 of ${weights.length}`)).toBeVisible();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect(barText(page, "network")).toHaveText(whole);
});

test("a long explanation refines, can be cancelled by Esc, and keeps what it found", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "rise");
  await answered(page);
  await setNumber(page, "samples", 20_000);
  await expect(page.getByRole("progressbar")).toBeVisible();
  // The former map stays until the new one's first state arrives.
  await expect.poll(async () => (await shown(page)).finished).toBe(false);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  expect((await shown(page)).finished).toBe(false);
  expect((await mapFacts(page)).varied).toBe(true);
  await setNumber(page, "samples", 200);
  await answered(page);
  await expect(alert(page)).toHaveCount(0);
});

test("the same seed gives the same map, another seed another", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "rise");
  await setNumber(page, "samples", 300);
  const result = async (): Promise<string> => {
    await answered(page);
    return (await mapFacts(page)).checksum;
  };
  const first = await result();
  const seed = page.getByLabel("Seed", { exact: true });
  const again = async (value: string): Promise<string> => {
    await seed.fill(value);
    await seed.press("Tab");
    return result();
  };
  expect(await again("7")).not.toBe(first);
  expect(await again("0")).toBe(first);
});
