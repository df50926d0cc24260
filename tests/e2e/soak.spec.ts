/** One page used for long: random methods, parameters and cancels. WHYBOX_SOAK: another number of runs than 60, twice. */
import { expect, type Page, test } from "@playwright/test";
import type { WhyboxClient } from "../../web/src/client/client";
import { alert, answered, open, shown } from "./page";

const RUNS = Number(process.env["WHYBOX_SOAK"] ?? 60);
/** Few samples, so that many runs fit. */
const SHORT: Record<string, number> = { samples: 20, steps: 5, examples: 3, permutations: 2 };
/** What the page's own heap may come and go by, caches of the browser's compiler among it; a map kept from every run would be 37 kB each. */
const SLACK_BYTES = 1e6;

/** Asks every method once, then `runs` random questions one after the other, and takes some of those back while they run: how many. */
const ask = (page: Page, runs: number, seed: number): Promise<number> =>
  page.evaluate(
    async ({ runs, seed, short }) => {
      const studio = document.querySelector("whybox-app")?.studio;
      if (studio?.engine == null) throw new Error("no page");
      const { methods } = studio.engine;
      let state = seed;
      const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      let taken = 0;
      for (let run = -methods.length; run < runs; ++run) {
        studio.chooseMethod((methods[run + methods.length] ?? pick(methods)).id);
        for (const param of studio.method?.params ?? []) {
          if (param.id in short) studio.setParam(param.id, short[param.id] ?? 0);
          else if (param.kind === "choice" && random() < 0.5) studio.setParam(param.id, pick(param.choices));
        }
        studio.setSeed(Math.floor(random() * 1000));
        const asked = studio.explain();
        if (run >= 0 && random() < 0.3) {
          await new Promise((resolve) => setTimeout(resolve, random() * 100));
          if (studio.running !== null) ++taken;
          studio.cancel();
        }
        await asked;
      }
      return taken;
    },
    { runs, seed, short: SHORT },
  );

interface Held {
  readonly page: number;
  readonly engine: number;
}

/** Bytes of the page's own heap after its garbage has gone, and of WebAssembly's memory. */
async function held(page: Page): Promise<Held> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  const engine = await page.evaluate(() => {
    const studio = document.querySelector("whybox-app")?.studio as unknown as { client: WhyboxClient };
    return studio.client.memoryBytes();
  });
  return { page: usedSize, engine };
}

test("memory stays where it is while a page is used for long, and the page stays alive", async ({ page }) => {
  test.setTimeout(120_000 + RUNS * 3_000);
  await open(page, "?model=triangle-colour/int8");
  await page.evaluate(() => document.querySelector("whybox-app")?.studio.setEager(false));
  await ask(page, RUNS, 1); // their kernels and tables
  const settled = await held(page);
  expect(await ask(page, RUNS, 2)).toBeGreaterThan(0);
  const after = await held(page);
  expect(after.engine).toBe(settled.engine);
  expect(after.page).toBeLessThan(settled.page + SLACK_BYTES);
  await page.evaluate(() => {
    const studio = document.querySelector("whybox-app")?.studio;
    studio?.chooseMethod("gradient");
    return studio?.explain();
  });
  expect((await answered(page)).finished).toBe(true);
  expect((await shown(page)).running).toBe(false);
  await expect(alert(page).filter({ hasText: /stopped|crash|engine/i })).toHaveCount(0);
});
