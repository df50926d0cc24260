/** Files to take away: the map over its picture, and everything that is needed to make it again. */
import type { Picture, Runs } from "../../../wasm/whybox";
import { canvasOf } from "../paint/canvas";
import { colorTable } from "../paint/colormaps";
import type { ShownMap } from "../paint/display";
import { paintOverlay } from "../paint/overlay";
import { withText } from "../paint/png";
import { colorMapOf, type Look } from "./look";
import type { Studio } from "./studio";

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("The picture could not be written as PNG.")) : resolve(blob))),
  );
}

/** The overlay as on screen, at the picture's own size, with its caption among the file's properties. */
export async function overlayPng(picture: Picture, shown: ShownMap, look: Look, description: string): Promise<Blob> {
  const canvas = canvasOf(picture);
  const { kind, range, values, width, height } = shown;
  const style = { kind, range, table: colorTable(colorMapOf(look, kind)), fade: look.fade };
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The picture cannot be drawn: no drawing context.");
  context.globalAlpha = look.opacity;
  context.drawImage(canvasOf({ width, height, rgba: paintOverlay(values, style) }), 0, 0);
  const png = new Uint8Array(await (await pngOf(canvas)).arrayBuffer());
  return new Blob([withText(png, "Description", description)], { type: "image/png" });
}

/** Method, parameters, seed, network, picture, engine and how the map is shown; numbers as they were used. */
export function settings({ engine, model, picture, fit, answer, method, again }: Studio, { display }: Look): object {
  const { original, scene, name, width, height } = picture ?? {};
  return {
    model: model === null ? null : { name: model.name, input: model.input, normalization: model.normalization },
    image: { name, width, height, ...(original && { original }), ...(scene && { scene: { kind: scene.kind, seed: scene.seed, params: scene.params } }) },
    fit,
    method: method?.id,
    ...(answer && {
      ...answer.started,
      finished: answer.finished,
      range: { min: answer.heatmap.min, max: answer.heatmap.max },
      findings: answer.heatmap.findings,
      ...(answer.heatmap.layers && { layers: answer.heatmap.layers }),
      ...(answer.superpixels && { weights: [...answer.superpixels.weights], intercept: answer.superpixels.intercept }),
      ...(answer.superpixels && answer.superpixels.errors.length > 0 && { errors: [...answer.superpixels.errors] }),
    }),
    ...(again.runs && { runs: runsForm(again.runs) }),
    display: { sign: display.sign, smoothing_sigma: display.sigma, clip_percentile: display.clip },
    engine: engine === null ? null : { variant: engine.variant, threads: engine.threads, version: engine.build.version },
  };
}

/** As the command writes it (core/session/json.md): of maps their ends only. */
function runsForm({ mean, spread, wanted, ...rest }: Runs): object {
  const ends = ({ min, max }: { min: number; max: number }) => ({ min, max });
  return { ...rest, wanted, mean: ends(mean), spread: ends(spread) };
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
