/** Where the network's square lies on the picture, for each way of fitting (core/engine/preprocess.h). */
import type { Fit } from "../../../wasm/whybox";

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** The network's view in picture pixels; larger than the picture for a letterbox, smaller for a crop. */
export function networkFrame(picture: Size, network: Size, fit: Fit): Rectangle {
  if (fit === "stretch") return { x: 0, y: 0, width: picture.width, height: picture.height };
  const across = picture.width / network.width;
  const down = picture.height / network.height;
  const scale = fit === "centre-crop" ? Math.min(across, down) : Math.max(across, down);
  const width = network.width * scale;
  const height = network.height * scale;
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}
