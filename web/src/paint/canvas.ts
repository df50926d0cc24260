/** The few things done with a canvas that more than one component needs. */
import type { Picture } from "../../../wasm/whybox";

/** Sizes a canvas to the pixels and puts them there. */
export function putPixels(canvas: HTMLCanvasElement, width: number, height: number, rgba: Uint8ClampedArray): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
}

export function canvasOf({ width, height, rgba }: Picture): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  putPixels(canvas, width, height, rgba);
  return canvas;
}

/** Gives a canvas one pixel per device pixel of its box; returns its context, cleared. */
export function sharpContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  return canvas.getContext("2d");
}

export interface Stroke {
  readonly color: string;
  /** CSS pixels */
  readonly width: number;
}

/** Strokes segments [x0, y0, x1, y1, ...] given in picture pixels. */
export function strokeSegments(
  context: CanvasRenderingContext2D,
  segments: Float32Array,
  picture: { readonly width: number; readonly height: number },
  strokes: readonly Stroke[],
): void {
  const scaleX = context.canvas.width / picture.width;
  const scaleY = context.canvas.height / picture.height;
  const path = new Path2D();
  for (let i = 0; i + 3 < segments.length; i += 4) {
    path.moveTo((segments[i] ?? 0) * scaleX, (segments[i + 1] ?? 0) * scaleY);
    path.lineTo((segments[i + 2] ?? 0) * scaleX, (segments[i + 3] ?? 0) * scaleY);
  }
  context.lineCap = "round";
  for (const { color, width } of strokes) {
    context.strokeStyle = color;
    context.lineWidth = width * (window.devicePixelRatio || 1);
    context.stroke(path);
  }
}
