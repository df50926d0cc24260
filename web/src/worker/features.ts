/** Which build of the module this browser and this page can run. */
import type { Variant } from "./protocol";

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** One function, () -> v128. */
const TYPE_AND_FUNCTION = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00];
/** i32.const 0, i8x16.splat */
const SPLAT = [0x41, 0x00, 0xfd, 0x0f];
const END = 0x0b;

function moduleWith(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0x00, ...code, END];
  return new Uint8Array([...HEADER, ...TYPE_AND_FUNCTION, 0x0a, body.length + 2, 0x01, body.length, ...body]);
}

/** i8x16.popcnt of a splat: needs SIMD. */
export const simdProbe = (): Uint8Array<ArrayBuffer> => moduleWith([...SPLAT, 0xfd, 0x62]);
/** i8x16.relaxed_swizzle of two splats: needs relaxed SIMD. */
export const relaxedSimdProbe = (): Uint8Array<ArrayBuffer> => moduleWith([...SPLAT, ...SPLAT, 0xfd, 0x80, 0x02]);

export interface Features {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Shared memory: the page is isolated and the browser has it. */
  readonly sharedMemory: boolean;
}

export function detectFeatures(): Features {
  return {
    simd: WebAssembly.validate(simdProbe()),
    relaxedSimd: WebAssembly.validate(relaxedSimdProbe()),
    sharedMemory: globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== "undefined",
  };
}

/** The fastest build that can run; null where there is no SIMD at all. */
export function chooseVariant(features: Features): Variant | null {
  if (!features.simd) return null;
  if (!features.relaxedSimd) return "wasm-simd";
  return features.sharedMemory ? "wasm-threads" : "wasm-relaxed";
}

/** Beyond eight threads small networks wait more than they work. */
const MOST_THREADS = 8;

export function chooseThreads(variant: Variant, cores: number): number {
  return variant !== "wasm-threads" ? 1 : Math.max(1, Math.min(MOST_THREADS, Math.floor(cores) || 1));
}
