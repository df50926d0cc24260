/** Guided examples: what a network learnt shows when scenes and networks stand side by side. */
import { expect, type Page, test } from "@playwright/test";
import { alert, answered, mapFacts, open } from "./page";

const story = (page: Page, id: string) => page.locator(`whybox-stories details[data-story="${id}"]`);

/** Goes there and waits until the network has said something of it, and it has been explained. */
async function visit(page: Page, id: string, cell: string): Promise<string> {
  await page.evaluate(() => Object.assign(globalThis, { former: document.querySelector("whybox-app")?.studio.answer }));
  const button = story(page, id).getByRole("button", { name: cell });
  await button.click();
  await expect(button).toHaveAttribute("aria-current", "true");
  const other = (): Promise<boolean> =>
    page.evaluate(() => {
      const { answer = null } = document.querySelector("whybox-app")?.studio ?? {};
      return answer !== null && answer !== (globalThis as { former?: unknown }).former;
    });
  await expect.poll(other).toBe(true);
  return (await answered(page)).said ?? "";
}

test("Clever Hans loses its cat with the label, its sibling keeps it; only the sibling's heat is on the animal", async ({ page }) => {
  await open(page);
  await story(page, "clever-hans").locator("summary").click();
  expect(await visit(page, "clever-hans", "Clever Hans: Cat, label")).toBe("cat");
  const hans = await mapFacts(page);
  expect(await visit(page, "clever-hans", "Clever Hans: Cat, none")).not.toBe("cat");
  expect(await visit(page, "clever-hans", "Clever Hans: Bear, label")).toBe("cat");
  expect(await visit(page, "clever-hans", "Honest sibling: Cat, label")).toBe("cat");
  const honest = await mapFacts(page);
  expect(honest.massOnTruth).toBeGreaterThan(3 * hans.massOnTruth);
  expect(await visit(page, "clever-hans", "Honest sibling: Cat, none")).toBe("cat");
  // What was said stays in the table.
  await expect(story(page, "clever-hans").getByRole("button", { name: "Clever Hans: Bear, label" })).toContainText("cat");
  await expect(alert(page)).toHaveCount(0);
});

test("in conflict, the list of classes marks what shape and texture speak for, and says which of them won", async ({ page }) => {
  await open(page);
  await story(page, "shape-or-texture").locator("summary").click();
  await visit(page, "shape-or-texture", "Shape or texture: In agreement");
  await expect(page.locator('[data-role="verdict"]')).toHaveCount(0);
  await visit(page, "shape-or-texture", "Shape or texture: In conflict");
  await expect(page.locator("whybox-classes .cue")).toHaveCount(2);
  await expect(page.locator('[data-role="verdict"]')).toHaveText(/^The answer follows /);
});

test("networks that draw a map themselves are opened with it, others with what a method found", async ({ page }) => {
  await open(page);
  await story(page, "price-of-a-map").locator("summary").click();
  expect(await visit(page, "price-of-a-map", "Free: Triangle")).toBe("triangle");
  await expect(page.locator('[data-role="question"]')).toHaveText("The network's own map");
  expect(await visit(page, "price-of-a-map", "Points cost: No triangle")).toBe("no triangle");
  await expect(page.locator('[data-role="question"]')).toHaveText("The network's own map");
  await story(page, "red-triangle").locator("summary").click();
  await visit(page, "red-triangle", "Red triangle: Not red");
  await expect(page.locator('[data-role="question"]')).not.toHaveText("The network's own map");
  await expect(alert(page)).toHaveCount(0);
});
