/** Bad input gets a sentence, and the work stays. */
import { crc32, deflateSync } from "node:zlib";
import { expect, test, type Page } from "@playwright/test";
import { alert, answered, imageFile, labelsFile, mapFacts, modelFile, open, shared, hasShared, shown } from "./page";

const file = (name: string, mimeType: string, contents: string | Buffer) => ({
  name,
  mimeType,
  buffer: typeof contents === "string" ? Buffer.from(contents) : contents,
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

/** A grey PNG with a ramp in it. */
function greyPng(width: number, height: number, bits: 8 | 16): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  const row = Buffer.alloc(1 + (width * bits) / 8, 0x55);
  row[0] = 0;
  row.fill(0xcc, 1 + Math.floor((width * bits) / 16));
  const pixels = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)), { level: 1 });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

for (const [name, width, height, bits] of [
  ["one pixel", 1, 1, 8],
  ["a strip of 3000 by 2, grey", 3000, 2, 8],
  ["16 bits a channel", 64, 48, 16],
  ["12,000 pixels wide", 12_000, 1000, 8],
  ["12,000 pixels wide and 4000 high", 12_000, 4000, 8],
] as const) {
  test(`a picture of ${name} is explained like any other`, async ({ page }) => {
    await imageFile(page).setInputFiles([file("odd.png", "image/png", greyPng(width, height, bits))]);
    await expect.poll(async () => (await shown(page)).picture).toBe("odd.png");
    await answered(page);
    expect((await mapFacts(page)).finite).toBe(true);
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
