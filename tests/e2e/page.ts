/** The page as a person has it before her: what is shown, and the actions on it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page } from "@playwright/test";
import type { WhyboxApp } from "../../web/src/components/whybox-app";

/** Real networks and photos, which only some machines have. */
const SHARED = process.env["WHYBOX_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));
export const shared = (...path: string[]): string => join(SHARED, ...path);
export const hasShared = existsSync(shared("models"));

declare global {
  interface HTMLElementTagNameMap {
    "whybox-app": WhyboxApp;
  }
}

/** What the studio behind the page knows; of the map only what fits into a few numbers. */
export interface Shown {
  readonly model: string | undefined;
  readonly picture: string | undefined;
  readonly label: string | undefined;
  readonly finished: boolean;
  readonly running: boolean;
  readonly weights: number[] | undefined;
  /** Class the scene was drawn for. */
  readonly drawn: string | undefined;
  /** Most probable class. */
  readonly said: string | undefined;
}

export const shown = (page: Page): Promise<Shown> =>
  page.evaluate(() => {
    const app = document.querySelector("whybox-app");
    if (app === null) throw new Error("no page");
    const { model, picture, answer, running, prediction } = app.studio;
    const target = answer?.started.target;
    return {
      model: model?.name,
      picture: picture?.name,
      label: target === undefined ? undefined : "layer" in target ? `${target.layer} ${target.channel}` : target.label,
      finished: answer?.finished === true,
      running: running !== null,
      weights: answer?.superpixels === undefined || answer.superpixels === null ? undefined : [...answer.superpixels.weights],
      drawn: picture?.scene?.className,
      said: prediction?.top[0]?.label,
    };
  });

export interface MapFacts {
  readonly pixels: number;
  readonly finite: boolean;
  /** Whether any two pixels differ. */
  readonly varied: boolean;
  /** Of all bytes: two maps with the same are the same. */
  readonly checksum: string;
  /** Share of the positive mass on the deciding object, and that object's share of the picture; NaN without a truth. */
  readonly massOnTruth: number;
  readonly areaOfTruth: number;
}

/** The map on screen, measured where it is: half a million numbers are slow to carry. */
export const mapFacts = (page: Page): Promise<MapFacts> =>
  page.evaluate(() => {
    const { answer, picture } = document.querySelector("whybox-app")?.studio ?? {};
    const values = answer?.heatmap.values ?? new Float32Array();
    const truth = picture?.scene?.truth;
    let checksum = 0;
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) checksum = (Math.imul(checksum, 31) + byte) | 0;
    let [mass, on, area] = [0, 0, 0];
    values.forEach((value, i) => {
      const coverage = truth === undefined ? NaN : (truth[i] ?? 0) / 255;
      mass += Math.max(0, value);
      on += Math.max(0, value) * coverage;
      area += coverage / values.length;
    });
    return {
      pixels: values.length,
      finite: values.every(Number.isFinite),
      varied: values.some((value) => value !== values[0]),
      checksum: `${values.length}:${checksum}`,
      massOnTruth: on / mass,
      areaOfTruth: area,
    };
  });

/** Until the present question is answered. */
export async function answered(page: Page): Promise<Shown> {
  await expect.poll(async () => (({ finished, running }) => finished && !running)(await shown(page)), { timeout: 45_000 }).toBe(true);
  return shown(page);
}

export async function open(page: Page, query = ""): Promise<Shown> {
  await page.goto(`./${query}`);
  return answered(page);
}

export const alert = (page: Page): Locator => page.getByRole("alert");
export const modelFile = (page: Page): Locator => page.locator('[data-role="model-file"] input');
export const imageFile = (page: Page): Locator => page.locator('[data-role="image-file"] input');
export const labelsFile = (page: Page): Locator => page.locator('[data-role="labels-file"] input');
export const superpixels = (page: Page): Locator => page.getByRole("application", { name: /Superpixels/ });

export async function chooseMethod(page: Page, id: string): Promise<void> {
  await page.locator('[data-role="method"]').selectOption(id);
}

/** Sets a number parameter of the present method. */
export async function setNumber(page: Page, param: string, value: number): Promise<void> {
  const field = page.locator(`whybox-control[data-param="${param}"] input[type="number"]`);
  await field.fill(String(value));
  await field.press("Tab");
}

/** The percentage beside one of the two bars, as it is written. */
export const barText = (page: Page, role: "network" | "surrogate"): Locator => page.locator(`whybox-switchboard [data-role="${role}"]`);

/** Draws scenes until one shows the class, and the network sees it too. */
export async function sceneOf(page: Page, className: string): Promise<Shown> {
  for (let seed = 1; seed < 40; seed++) {
    const field = page.locator('[data-role="scene-seed"]');
    await field.fill(String(seed));
    await field.press("Tab");
    await expect.poll(async () => (await shown(page)).picture).toBe(`scene ${seed}`);
    const state = await answered(page);
    if (state.drawn === className && state.said === className) return state;
  }
  throw new Error(`no scene of ${className} in 40`);
}
