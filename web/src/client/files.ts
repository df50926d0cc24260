/** What a dropped, pasted or chosen file is meant to be. */

export type FileRole = "model" | "labels" | "image" | "unknown";

const MODEL_NAMES = /\.(tflite|lite|zip)$/i;
const LABEL_NAMES = /\.(txt|csv)$/i;
const IMAGE_NAMES = /\.(png|jpe?g|webp|gif|bmp|avif|ico|svg)$/i;
/** FlatBuffers file identifier of TensorFlow Lite, at byte 4. */
const TFLITE_IDENTIFIER = "TFL3";
/** Local file header of a zip, at byte 0. */
const ZIP_MAGIC = "PK\u0003\u0004";

/**
 * By name first, because it tells what the person means (a text file named .tflite shall be refused as a model), then by kind
 * and first bytes.
 */
export function roleOf(name: string, type: string, head: Uint8Array): FileRole {
  if (MODEL_NAMES.test(name)) return "model";
  if (LABEL_NAMES.test(name)) return "labels";
  if (IMAGE_NAMES.test(name) || type.startsWith("image/")) return "image";
  const text = String.fromCharCode(...head.subarray(0, 8));
  if (text.startsWith(ZIP_MAGIC) || text.slice(4, 8) === TFLITE_IDENTIFIER) return "model";
  return type.startsWith("text/") ? "labels" : "unknown";
}

export interface SortedFiles {
  readonly model?: File;
  readonly labels?: File;
  readonly image?: File;
  readonly unknown: readonly File[];
}

/** One file of each role; of several, the last. */
export async function sortFiles(files: Iterable<File>): Promise<SortedFiles> {
  const sorted: { model?: File; labels?: File; image?: File; unknown: File[] } = { unknown: [] };
  for (const file of files) {
    const role = roleOf(file.name, file.type, new Uint8Array(await file.slice(0, 8).arrayBuffer()));
    if (role === "unknown") sorted.unknown.push(file);
    else sorted[role] = file;
  }
  return sorted;
}

/** Networks above this size would not fit beside their activations in 4 GB of wasm memory. */
export const MOST_MODEL_BYTES = 1 << 30;

/** Bytes behind an address. Errors: sentences that tell what the server must do. */
export async function fetchBytes(address: string, signal?: AbortSignal): Promise<Uint8Array> {
  const shown = address.length > 80 ? `${address.slice(0, 77)}…` : address;
  let response: Response;
  try {
    response = await fetch(address, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Error(`${shown} could not be fetched: the address is wrong, the network is down, or its server does not allow other pages to read it (CORS).`);
  }
  if (!response.ok) throw new Error(`${shown} could not be fetched: its server answered ${response.status} ${response.statusText}.`.replace(" .", "."));
  return new Uint8Array(await response.arrayBuffer());
}

export const nameFromAddress = (address: string): string =>
  decodeURIComponent(address.split(/[?#]/)[0]?.split("/").pop() ?? "") || address;
