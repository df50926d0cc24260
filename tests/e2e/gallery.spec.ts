/**
 * The gallery draws every method on every shipped network that knows scenes, and draws them as it did.
 *
 * The snapshots are one small picture per method, on two of the networks. A new method needs its own, and nothing else:
 * `npx playwright test --config tests/e2e/playwright.config.ts gallery --project=isolated --update-snapshots=missing`. Where a
 * map has changed for a good reason it is looked at in the gallery and written anew with `--update-snapshots=changed`.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import type { WhyboxGallery } from "../../web/src/components/whybox-gallery";
import type { WhyboxTile } from "../../web/src/components/whybox-tile";

declare global {
  interface HTMLElementTagNameMap {
    "whybox-gallery": WhyboxGallery;
    "whybox-tile": WhyboxTile;
  }
}

/** A seed whose scenes show what the networks look for. */
const SEED = 7;
/** Pixels of a map in a snapshot: enough to tell maps apart, few enough to keep hundreds. */
const SIDE = 20;
/**
 * Both engines and every machine must meet the same snapshots. Relaxed SIMD rounds differently in the last bits, and maps of single
 * gradients turn such bits into the colours of single pixels: a snapshot may differ visibly (over a tenth of the colour distance that is
 * possible, more than rounding in one value makes) in one pixel of fifty. A blank, mirrored or otherwise coloured map differs in most.
 */
const TOLERANCE = { threshold: 0.1, maxDiffPixelRatio: 0.02 };
const SNAPSHOTS = fileURLToPath(new URL("./gallery/", import.meta.url));
const folderOf = (model: string): string => model.replace("/", "-");

interface Drawn {
  readonly method: string;
  readonly model: string;
  readonly family: string;
  readonly state: string;
  readonly map: string | undefined;
  readonly spread: number;
  readonly colors: string | undefined;
  readonly refusal: string;
  readonly link: string;
}

const drawn = (page: Page): Promise<Drawn[]> =>
  page.evaluate(() => {
    const tiles = document.querySelector("whybox-gallery")?.shadowRoot?.querySelectorAll("whybox-tile") ?? [];
    return [...tiles].map((tile) => ({
      method: tile.tile.method.id,
      model: tile.tile.model.id,
      family: tile.tile.method.family,
      state: tile.facts.state,
      map: tile.facts.map,
      spread: tile.facts.spread ?? 0,
      colors: tile.facts.colors,
      refusal: tile.shadowRoot?.querySelector('[data-role="refusal"]')?.textContent ?? "",
      link: tile.shadowRoot?.querySelector("a")?.getAttribute("href") ?? "",
    }));
  });

interface Small {
  readonly method: string;
  readonly model: string;
  readonly png: string;
}

/** Every map that was drawn, made small. */
const smallMaps = (page: Page): Promise<Small[]> =>
  page.evaluate((side) => {
    const tiles = document.querySelector("whybox-gallery")?.shadowRoot?.querySelectorAll("whybox-tile") ?? [];
    return [...tiles].flatMap((tile) => {
      const map = tile.shadowRoot?.querySelector<HTMLCanvasElement>("#map");
      if (map == null) return [];
      const small = Object.assign(document.createElement("canvas"), { width: side, height: side });
      const context = small.getContext("2d", { alpha: false });
      if (context === null) throw new Error("no drawing context");
      context.imageSmoothingQuality = "high";
      context.drawImage(map, 0, 0, side, side);
      return [{ method: tile.tile.method.id, model: tile.tile.model.id, png: small.toDataURL("image/png").split(",")[1] ?? "" }];
    });
  }, SIDE);

/**
 * The page draws every such network; every method on one network is what a test has time for, and a second one shows that tiles do not
 * mix networks up. On the engine without threads, which meets the same snapshots, the smaller one only.
 */
const NETWORKS = ["triangle/int8", "triangle-colour/int8"];

test.describe("the gallery", () => {
  let page: Page;
  test.beforeAll(async ({ browser }, { project }) => {
    test.setTimeout(600_000);
    page = await browser.newPage({ baseURL: project.use.baseURL ?? "", viewport: project.use.viewport ?? null, serviceWorkers: "block" });
    const networks = project.name === "plain" ? NETWORKS.slice(-1) : NETWORKS;
    await page.goto(`./gallery.html?seed=${SEED}&networks=${networks.join()}`);
    await expect(page.locator('[data-role="progress"]')).toHaveText(/^(\d+) of \1 drawn$/, { timeout: 590_000 });
  });
  test.afterAll(() => page.close());

  test("leaves no tile blank: a map with some spread, or the reason why there is none", async () => {
    const tiles = await drawn(page);
    expect(tiles.length).toBeGreaterThan(20);
    for (const { method, model, state, spread, refusal } of tiles) {
      const name = `${method} on ${model}`;
      if (state === "refused") expect(refusal, name).toMatch(/\w+ \w+/);
      else expect([state, spread > 0], name).toEqual(["drawn", true]);
    }
  });

  test("gives signed maps a scale with a middle, unsigned ones a scale with a low end", async () => {
    for (const { method, state, map, colors } of await drawn(page)) if (state === "drawn") expect(colors, method).toBe(map === "signed" ? "rdbu" : "inferno");
  });

  test("draws what it drew", async () => {
    for (const { method, model, png } of await smallMaps(page))
      expect.soft(Buffer.from(png, "base64")).toMatchSnapshot([folderOf(model), `${method}.png`], TOLERANCE);
  });

  test("keeps no snapshot of a method that is gone, in less than 300 kB in all", async () => {
    const kept = (await readdir(SNAPSHOTS, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const known = (await drawn(page)).map(({ method, model }) => `${folderOf(model)}/${method}.png`);
    const names = kept.map(({ parentPath, name }) => `${basename(parentPath)}/${name}`);
    if (test.info().project.name === "isolated") expect(known).toEqual(expect.arrayContaining(names));
    const sizes = await Promise.all(kept.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  });
});

test("has a tile for every method on every network that ships and knows scenes, each with its way to the studio", async ({ page }) => {
  await page.goto(`./gallery.html?seed=${SEED}`);
  await expect(page.locator("whybox-tile").first()).toBeVisible();
  const manifest = (await (await page.request.get("./models/manifest.json")).json()) as { models: { id: string; scene?: string; files: Record<string, unknown> }[] };
  const known = manifest.models.filter(({ scene }) => scene !== undefined);
  const models = known.flatMap(({ id, files }) => Object.keys(files).map((file) => `${id}/${file}`));
  const methods = await page.evaluate(() => document.querySelector("whybox-gallery")?.gallery.methods.map(({ id }) => id) ?? []);
  const tiles = await drawn(page);
  expect(methods.length).toBeGreaterThan(20);
  expect(models.length).toBeGreaterThan(3);
  const all = methods.flatMap((method) => models.map((model) => `${method} on ${model}`));
  expect(tiles.map(({ method, model }) => `${method} on ${model}`).sort()).toEqual(all.sort());
  for (const { method, model, link } of tiles) {
    const asked = new URLSearchParams(link.slice(link.indexOf("?")));
    expect([asked.get("method"), asked.get("model"), asked.get("scene")]).toEqual([method, model, String(SEED)]);
  }
});

test("other scenes are drawn on request, what is in view first, and a network can be left out", async ({ page }) => {
  await page.goto(`./gallery.html?seed=${SEED}`);
  const first = page.locator("whybox-tile").first();
  await expect(first.locator("#map")).toBeVisible();
  const states = (): Promise<{ inView: string; hidden: string }> =>
    page.evaluate(() => {
      const tiles = [...(document.querySelector("whybox-gallery")?.shadowRoot?.querySelectorAll("whybox-tile") ?? [])];
      const of = (visible: boolean): string =>
        tiles
          .filter((tile) => tile.getBoundingClientRect().top < window.innerHeight === visible)
          .map((tile) => tile.facts.state)
          .join();
      return { inView: of(true), hidden: of(false) };
    });
  await expect.poll(async () => (await states()).inView).toMatch(/^(drawn|refused)(,(drawn|refused))*$/);
  expect((await states()).hidden).toContain("waiting");

  await page.getByRole("button", { name: "Other scenes" }).click();
  await expect(page).toHaveURL(new RegExp(`seed=${SEED + 1}`));
  await expect(first.locator("#map")).toBeVisible();
  const count = await page.locator("whybox-tile").count();
  const files = await page.getByRole("checkbox").count();
  await page.getByRole("checkbox").first().uncheck();
  await expect(page.locator("whybox-tile")).toHaveCount(count - count / files);

  await page.locator("whybox-tile").first().click();
  await expect(page.locator("whybox-app")).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.querySelector("whybox-app")?.studio.picture?.name)).toBe(`scene ${SEED + 1}`);
});
