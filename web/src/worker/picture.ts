/** From a file to pixels: decoding by the browser, shrinking by our own arithmetic, so that every browser gives the same. */
import type { Picture } from "../../../wasm/whybox";
import type { Photo } from "./protocol";

/** Above this many pixels the browser shrinks while it decodes, so that a 12,000-pixel panorama does not fill the memory. */
const MOST_DECODED_PIXELS = 40_000_000;

export class PictureError extends Error {}

/** Size with the longer side at most `longest`, proportions kept, never 0. */
export function boundedSize(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Weights of one target pixel: mean over the stretch of source pixels that it covers, edges counted in part. */
function shrinkAlong(
  source: Float32Array,
  lines: number,
  from: number,
  to: number,
  stride: { line: number; pixel: number },
): Float32Array {
  const target = new Float32Array(lines * to * 4);
  const ratio = from / to;
  for (let t = 0; t < to; t++) {
    const start = t * ratio;
    const end = Math.min(from, start + ratio);
    for (let s = Math.floor(start); s < end; s++) {
      const share = (Math.min(end, s + 1) - Math.max(start, s)) / (end - start);
      for (let line = 0; line < lines; line++) {
        const read = line * stride.line + s * stride.pixel;
        const write = (line * to + t) * 4;
        for (let c = 0; c < 4; c++) target[write + c] = (target[write + c] ?? 0) + share * (source[read + c] ?? 0);
      }
    }
  }
  return target;
}

/**
 * The picture with each target pixel the mean of the area it covers. Only shrinks.
 * Time and memory: O(W·H), float32 in between.
 */
export function shrink(picture: Picture, width: number, height: number): Picture {
  if (width >= picture.width && height >= picture.height) return picture;
  const values = Float32Array.from(picture.rgba);
  const narrow = shrinkAlong(values, picture.height, picture.width, width, { line: picture.width * 4, pixel: 4 });
  // The second pass reads columns and writes them as rows; the last loop turns the picture back.
  const turned = shrinkAlong(narrow, width, picture.height, height, { line: 4, pixel: width * 4 });
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++)
      for (let c = 0; c < 4; c++) rgba[(y * width + x) * 4 + c] = turned[(x * height + y) * 4 + c] ?? 0;
  return { width, height, rgba };
}

/** Width and height without keeping the pixels; the sentence of a broken file is made here. */
async function bitmapOf(blob: Blob, options?: ImageBitmapOptions): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { premultiplyAlpha: "none", ...options });
  } catch {
    const kind = blob.type === "" ? "a file of unknown kind" : blob.type;
    throw new PictureError(`The picture cannot be read: ${kind}, ${blob.size} bytes, is not an image this browser can decode.`);
  }
}

export async function decode(blob: Blob, longest: number): Promise<Photo> {
  let bitmap = await bitmapOf(blob);
  try {
    const original = { width: bitmap.width, height: bitmap.height };
    const size = boundedSize(original.width, original.height, longest);
    if (original.width * original.height > MOST_DECODED_PIXELS) {
      bitmap.close();
      bitmap = await bitmapOf(blob, { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: "high" });
    }
    return { ...shrink(pixelsOf(bitmap), size.width, size.height), original };
  } finally {
    bitmap.close();
  }
}

/** The file's own pixels: no shrinking, no change of colours, which would make new ones at every border. */
export async function decodeExactly(blob: Blob): Promise<Picture> {
  const bitmap = await bitmapOf(blob, { colorSpaceConversion: "none" });
  try {
    return pixelsOf(bitmap);
  } finally {
    bitmap.close();
  }
}

function pixelsOf(bitmap: ImageBitmap): Picture {
  const { width, height } = bitmap;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no drawing context");
    context.drawImage(bitmap, 0, 0);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } catch (error) {
    throw new PictureError(`The picture cannot be drawn at ${width} × ${height} pixels: ${String(error)}.`);
  }
}
