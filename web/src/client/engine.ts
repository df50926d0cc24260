/** Opens the best engine that this browser and page can run. */
import { chooseThreads, chooseVariant, detectFeatures } from "../worker/features";
import type { EngineInfo, Variant } from "../worker/protocol";
import { makeWorker, WhyboxClient } from "./client";

export const NO_SIMD =
  "This browser cannot run the engine: it has no WebAssembly SIMD. Firefox 89, Chrome 91 and Safari 16.4 were the first to have it.";

/** Folder of the page, which holds wasm/ and models/. */
export const pageBase = (): string => new URL("./", document.baseURI).href;

/** From what runs everywhere to what runs fastest; each also runs where the next does. */
const VARIANTS: readonly Variant[] = ["wasm-simd", "wasm-relaxed", "wasm-threads"];
const isVariant = (text: string | null): text is Variant => VARIANTS.some((variant) => variant === text);

export interface Wanted {
  readonly variant?: Variant;
  readonly threads?: number;
}

/** `?variant=wasm-simd&threads=1` in the address asks for one build, for comparisons and tests. */
export function wantedFrom(search: string): Wanted {
  const query = new URLSearchParams(search);
  const variant = query.get("variant");
  const threads = Number(query.get("threads"));
  return {
    ...(isVariant(variant) ? { variant } : {}),
    ...(Number.isInteger(threads) && threads > 0 ? { threads } : {}),
  };
}

export async function openEngine(wanted: Wanted = {}): Promise<{ client: WhyboxClient; engine: EngineInfo }> {
  const best = chooseVariant(detectFeatures());
  if (best === null) throw new Error(NO_SIMD);
  const variant = wanted.variant !== undefined && VARIANTS.indexOf(wanted.variant) < VARIANTS.indexOf(best) ? wanted.variant : best;
  const threads = variant === "wasm-threads" ? (wanted.threads ?? chooseThreads(variant, navigator.hardwareConcurrency)) : 1;
  return WhyboxClient.open({ base: pageBase(), variant, threads, makeWorker });
}
