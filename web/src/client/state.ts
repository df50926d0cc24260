/** What the studio holds: pictures, answers, notices; and how failures become sentences. */
import type { Update } from "../worker/protocol";
import type { Picture } from "../../../wasm/whybox";
import { WhyboxError } from "./client";

export interface Scenery {
  readonly kind: string;
  readonly seed: number;
  readonly className: string;
  readonly truth: Uint8Array;
}

export interface ShownPicture extends Picture {
  readonly name: string;
  readonly original?: { readonly width: number; readonly height: number };
  readonly scene?: Scenery;
}

export interface Answer extends Update {
  readonly finished: boolean;
  readonly milliseconds: number | null;
}

export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** Says which file a failure is about, unless its sentence does. */
export const about = <T>(name: string, promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => {
    if (!(error instanceof WhyboxError) || error.message.includes(name)) throw error;
    throw new WhyboxError(error.code, `${name}: ${error.message}`);
  });

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
