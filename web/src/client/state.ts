/** What the studio holds: pictures, answers, notices; and how failures become sentences. */
import type { Update } from "../worker/protocol";
import type { ParamValues, Picture, Scene } from "../../../wasm/whybox";
import { WhyboxError } from "./client";

export interface Scenery {
  readonly kind: string;
  readonly seed: number;
  readonly size: number;
  /** What differs from the defaults. */
  readonly params: ParamValues;
  readonly className: string;
  readonly truth: Uint8Array;
  /** Where a hand can take hold of it. */
  readonly handles: Scene["handles"];
  /** What is so in it: indices into the values of the kind's attributes, by their ids. */
  readonly attributes: Readonly<Record<string, number>>;
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

/** More at a time nobody reads. */
const MOST_NOTICES = 3;
let lastNotice = 0;

/** The same sentence once, the newest last. */
export function withNotice(notices: readonly Notice[], text: string): readonly Notice[] {
  const others = notices.filter((notice) => notice.text !== text);
  return [...others.slice(1 - MOST_NOTICES), { id: ++lastNotice, text }];
}

/** Says which file a failure is about, unless its sentence does. */
export const about = <T>(name: string, promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => {
    if (!(error instanceof WhyboxError) || error.message.includes(name)) throw error;
    throw new WhyboxError(error.code, `${name}: ${error.message}`);
  });

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
