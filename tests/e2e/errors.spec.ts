/** Bad input gets a sentence, and the work stays. */
import { expect, test, type Page } from "@playwright/test";
import { alert, answered, imageFile, labelsFile, modelFile, open, shared, hasShared, shown } from "./page";

const file = (name: string, mimeType: string, contents: string | Buffer) => ({
  name,
  mimeType,
  buffer: Buffer.from(contents as string),
});

/** The central directory of an archive with nothing in it. */
const EMPTY_ZIP = Buffer.from("504b0506000000000000000000000000000000000000", "hex");

async function expectSentenceAndWork(page: Page, sentence: RegExp): Promise<void> {
  const before = await shown(page);
  await expect(alert(page)).toContainText(sentence);
  await page.getByRole("button", { name: "Explain", exact: true }).click();
  const after = await answered(page);
  expect(after.model).toBe(before.model);
  expect(after.picture).toBe(before.picture);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert(page)).toHaveCount(0);
}

test.beforeEach(({ page }) => open(page));

test("a text file named .tflite", async ({ page }) => {
  await modelFile(page).setInputFiles([file("notes.tflite", "text/plain", "These are my notes, and no network.\n".repeat(9))]);
  await expectSentenceAndWork(page, /notes\.tflite: .*(identifier|TFL3)/);
});

test("an empty file named .tflite", async ({ page }) => {
  await modelFile(page).setInputFiles([file("empty.tflite", "", "")]);
  await expectSentenceAndWork(page, /./);
});

test("a zip without a network", async ({ page }) => {
  await modelFile(page).setInputFiles([file("nothing.zip", "application/zip", EMPTY_ZIP)]);
  await expectSentenceAndWork(page, /tflite/i);
});

test("a broken picture", async ({ page }) => {
  await imageFile(page).setInputFiles([file("broken.png", "image/png", Buffer.from("89504e470d0a1a0a0000000d49484452ffff", "hex"))]);
  await expectSentenceAndWork(page, /picture cannot be read/i);
});

test("labels in the wrong number", async ({ page }) => {
  await labelsFile(page).setInputFiles([file("labels.txt", "text/plain", "one\ntwo\nthree\n")]);
  await expectSentenceAndWork(page, /labels/i);
});

test("a file that is nothing of the kind", async ({ page }) => {
  await imageFile(page).setInputFiles([file("song.mp3", "audio/mpeg", "ID3")]);
  await expectSentenceAndWork(page, /song\.mp3 is neither/);
});

test("an address that does not exist", async ({ page }) => {
  await page.getByRole("button", { name: "Address…" }).click();
  await page.locator("#address").fill(new URL("nowhere.tflite", page.url()).href);
  await page.getByRole("button", { name: "Fetch" }).click();
  await expectSentenceAndWork(page, /answered 404/);
});

test("a standard deviation of zero", async ({ page }) => {
  await page.getByText("Normalisation:").click();
  await page.getByLabel("Std, Green").fill("0");
  await page.getByLabel("Std, Green").press("Tab");
  await expectSentenceAndWork(page, /./);
});

for (const [name, width, height] of [
  ["one pixel", 1, 1],
  ["a strip of 3000 by 2", 3000, 2],
] as const) {
  test(`${name} is a picture like any other`, async ({ page }) => {
    const png = await page.evaluate(
      async ([w, h]) => {
        const canvas = new OffscreenCanvas(w, h);
        canvas.getContext("2d")?.fillRect(0, 0, w, h);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
      },
      [width, height] as const,
    );
    await imageFile(page).setInputFiles([file("odd.png", "image/png", Buffer.from(png))]);
    await expect.poll(async () => (await shown(page)).picture).toBe("odd.png");
    await answered(page);
    await expect(alert(page)).toHaveCount(0);
  });
}

test("a truncated real network", async ({ page }) => {
  test.skip(!hasShared, "no shared models beside the checkout");
  const { readFile } = await import("node:fs/promises");
  const whole = await readFile(shared("models", "vww_96_int8.tflite"));
  await modelFile(page).setInputFiles([file("half.tflite", "", whole.subarray(0, whole.length / 2))]);
  await expectSentenceAndWork(page, /./);
});
