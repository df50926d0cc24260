/** Scenes changed by hand: by handles in the picture and by the panel; prediction and map follow. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { alert, answered, chooseMethod, mapFacts, open, setNumber, shown } from "./page";

const handle = (page: Page, id: string): Locator => page.locator(`[data-role="handle"][data-handle="${id}"]`);
const sceneControl = (page: Page, param: string): Locator => page.locator(`whybox-control[data-scene-param="${param}"]`);

interface State {
  readonly top: string;
  /** Of the most probable class; its probability may be as near to 1 as its 8 bits go. */
  readonly logit: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: { readonly x: number; readonly y: number };
  readonly stale: boolean;
}

const stateOf = (page: Page, id: string): Promise<State> =>
  page.evaluate((wanted) => {
    const { studio } = document.querySelector("whybox-app") ?? {};
    const best = studio?.prediction?.top[0];
    const { x = NaN, y = NaN } = studio?.picture?.scene?.handles.find((each) => each.id === wanted) ?? {};
    return { top: best?.label ?? "", logit: best?.logit ?? NaN, params: { ...studio?.picture?.scene?.params }, at: { x, y }, stale: studio?.stale === true };
  }, id);

/** Drags by parts of the picture's side, in steps; calls `between` while the button is down. */
async function drag(page: Page, what: Locator, right: number, down: number, between: () => Promise<void> = async () => {}): Promise<void> {
  const frame = (await page.locator("whybox-handles .frame").boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  const box = (await what.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + right * frame.width, from.y + down * frame.height, { steps: 12 });
  await between();
  await page.mouse.up();
}

test("a handle is dragged by mouse: the scene moves with it, the prediction changes, the map is a new one on the thing", async ({ page }) => {
  await open(page);
  const before = await stateOf(page, "triangle");
  const map = await mapFacts(page);
  await drag(page, handle(page, "triangle"), 0.3, 0.2, async () => {
    // The hand has not let go: the picture follows all the same.
    await expect.poll(async () => (await stateOf(page, "triangle")).at.x).toBeCloseTo(before.at.x + 0.3, 1);
  });
  await expect.poll(async () => (await stateOf(page, "triangle")).params).toEqual({ x: expect.closeTo(30, 0), y: expect.closeTo(20, 0) });
  const after = await stateOf(page, "triangle");
  expect(after.at.y).toBeCloseTo(before.at.y + 0.2, 2);
  expect(after.logit).not.toBe(before.logit);
  await expect.poll(async () => (await mapFacts(page)).checksum).not.toBe(map.checksum);
  // Maps of places on the way there may come first.
  const lead = async (): Promise<number> => (({ massOnTruth, areaOfTruth }) => massOnTruth / areaOfTruth)(await mapFacts(page));
  await expect.poll(lead).toBeGreaterThan(2);
  await expect(page.locator('[data-role="scene-link"]')).toHaveAttribute("href", /s\.x=/);
  await expect(alert(page)).toHaveCount(0);
});

test("a handle is moved, scaled and turned by keys, and the map follows", async ({ page }) => {
  await open(page);
  const before = await stateOf(page, "triangle");
  const map = await mapFacts(page);
  await handle(page, "triangle").focus();
  await expect(handle(page, "triangle")).toHaveAccessibleName(/^Triangle: arrow keys move it, plus and minus scale it, brackets turn it/);
  for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("-");
  await page.keyboard.press("]");
  await expect.poll(async () => (await stateOf(page, "triangle")).params).toEqual({ x: 20, y: -1, scale: 91, turn: 10 });
  const after = await stateOf(page, "triangle");
  expect(after.at.x).toBeCloseTo(before.at.x + 0.2, 2);
  expect(after.at.y).toBeCloseTo(before.at.y - 0.01, 2);
  expect(after.logit).not.toBe(before.logit);
  await expect(handle(page, "triangle")).toBeFocused();
  await expect.poll(async () => (await mapFacts(page)).checksum).not.toBe(map.checksum);
});

test("a costly method waits until the hand rests, and no old map is shown over a new scene", async ({ page }) => {
  await open(page);
  await chooseMethod(page, "rise");
  await answered(page);
  await setNumber(page, "samples", 1500);
  await answered(page);
  const map = await mapFacts(page);
  await drag(page, handle(page, "triangle"), 0.25, 0, async () => {
    await expect.poll(async () => (await stateOf(page, "triangle")).stale).toBe(true);
    expect((await mapFacts(page)).checksum).toBe(map.checksum); // kept, but not shown
    expect(await page.locator("whybox-heatmap #overlay").evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(1);
  });
  await expect.poll(async () => (await stateOf(page, "triangle")).stale).toBe(false);
  await answered(page);
  expect((await mapFacts(page)).checksum).not.toBe(map.checksum);
});

test("petals are recoloured by a click, by a key and in the panel, and the class follows", async ({ page }) => {
  await open(page, "?model=flower-6/int8&scene=3&s.class=red petals");
  expect((await stateOf(page, "petals")).top).toBe("red petals");
  await handle(page, "petals").click();
  await expect.poll(async () => (await stateOf(page, "petals")).params["petal-colour"]).toBe("blue");
  await expect.poll(async () => (await stateOf(page, "petals")).top).toBe("blue petals");
  await handle(page, "petals").press("Shift+Enter");
  await expect.poll(async () => (await stateOf(page, "petals")).top).toBe("red petals");
  await sceneControl(page, "petal-colour").locator("select").selectOption("violet");
  await expect.poll(async () => (await stateOf(page, "petals")).top).toBe("violet petals");
  await page.locator('[data-role="reset-scene"]').click();
  await expect.poll(async () => (await stateOf(page, "petals")).params).toEqual({});
});

test("an address brings back a scene that a hand has changed", async ({ page }) => {
  await open(page);
  await handle(page, "triangle").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect.poll(async () => (await stateOf(page, "triangle")).params).toEqual({ y: 5 });
  const there = await stateOf(page, "triangle");
  const link = page.locator('[data-role="scene-link"]');
  await expect(link).toHaveAttribute("href", /s\.y=5/);
  await link.click();
  await answered(page);
  expect(await stateOf(page, "triangle")).toMatchObject({ at: there.at, params: { y: 5 }, logit: there.logit });
});

test("a photo has no handles and no scene", async ({ page }) => {
  await open(page);
  await expect(handle(page, "triangle")).toBeVisible();
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 64);
    canvas.getContext("2d")?.fillRect(8, 8, 20, 30);
    const file = new File([await canvas.convertToBlob()], "drawn.png");
    await document.querySelector("whybox-app")?.studio.takeFiles([file]);
  });
  await expect.poll(async () => (await shown(page)).picture).toBe("drawn.png");
  await expect(page.locator("whybox-handles")).toHaveCount(0);
  await expect(page.locator("whybox-scene")).toHaveCount(0);
});

test.describe("by finger", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a handle is dragged by touch, and the page does not scroll away under it", async ({ page }) => {
    await open(page);
    const what = handle(page, "triangle");
    await what.scrollIntoViewIfNeeded();
    const before = await stateOf(page, "triangle");
    const scrolled = await page.evaluate(() => scrollY);
    const box = (await what.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const frame = (await page.locator("whybox-handles .frame").boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
    const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const finger = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", part: number): Promise<unknown> =>
      finger.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: from.x, y: from.y + part * 0.2 * frame.height }],
      });
    await touch("touchStart", 0);
    for (const part of [0.25, 0.5, 0.75, 1]) await touch("touchMove", part);
    await touch("touchEnd", 1);
    await expect.poll(async () => (await stateOf(page, "triangle")).at.y).toBeCloseTo(before.at.y + 0.2, 1);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  });
});
