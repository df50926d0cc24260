/** Loading the WebAssembly module: the only place that knows where its files are. */
import type { Reply, WhyboxModule } from "../../../wasm/whybox";
import type { FailureCode, Variant } from "./protocol";

/** A failure with a sentence for a person and a code for the program. */
export class Failed extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

export function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Failed(reply.code, reply.message);
  return reply.value;
}

type Create = typeof import("../../../wasm/whybox").default;

/**
 * Instantiates one build of the module.
 * @param base  address of the folder that holds `wasm/<variant>/whybox.{js,wasm}`
 * Errors: io when a file cannot be fetched or run.
 */
export async function loadModule(base: string, variant: Variant): Promise<WhyboxModule> {
  const script = new URL(`wasm/${variant}/whybox.js`, base).href;
  try {
    const { default: create } = (await import(/* @vite-ignore */ script)) as { default: Create };
    return await create({ locateFile: (path) => new URL(path, script).href, print: () => {}, printErr: () => {} });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failed("io", `The engine could not be loaded from ${script}: ${why}`);
  }
}
