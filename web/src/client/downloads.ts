/** Files to take away: the map over its picture, and everything that is needed to make it again. */
import type { Heatmap, Picture } from "../../../wasm/whybox";
import { canvasOf } from "../paint/canvas";
import { type ColorMap, colorTable, rangeOf } from "../paint/colormaps";
import { paintOverlay } from "../paint/overlay";
import type { Studio } from "./studio";

export interface Look {
  readonly map: ColorMap;
  readonly opacity: number;
  readonly fade: boolean;
}

/** The overlay as on screen, at the picture's own size. */
export function overlayPng(picture: Picture, heatmap: Heatmap, look: Look): Promise<Blob> {
  const canvas = canvasOf(picture);
  const { map: kind, min, max, values, width, height } = heatmap;
  const style = { kind, range: rangeOf(kind, min, max), table: colorTable(look.map), fade: look.fade };
  const context = canvas.getContext("2d");
  if (context === null) return Promise.reject(new Error("The picture cannot be drawn: no drawing context."));
  context.globalAlpha = look.opacity;
  context.drawImage(canvasOf({ width, height, rgba: paintOverlay(values, style) }), 0, 0);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("The picture could not be written as PNG.")) : resolve(blob))),
  );
}

/** Method, parameters, seed, network, picture and engine; numbers as they were used. */
export function settings({ engine, model, picture, fit, answer, method }: Studio): object {
  const { original, scene, name, width, height } = picture ?? {};
  return {
    model: model === null ? null : { name: model.name, input: model.input, normalization: model.normalization },
    image: { name, width, height, ...(original && { original }), ...(scene && { scene: { kind: scene.kind, seed: scene.seed } }) },
    fit,
    method: method?.id,
    ...(answer && {
      ...answer.started,
      finished: answer.finished,
      range: { min: answer.heatmap.min, max: answer.heatmap.max },
      findings: answer.heatmap.findings,
      ...(answer.superpixels && { weights: [...answer.superpixels.weights], intercept: answer.superpixels.intercept }),
    }),
    engine: engine === null ? null : { variant: engine.variant, threads: engine.threads, version: engine.build.version },
  };
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  // The download has its own hold on the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** "cat.jpg" and "Italian greyhound" make "cat-jpg-italian-greyhound". */
export const fileStem = (...parts: string[]): string =>
  parts.join(" ").toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
