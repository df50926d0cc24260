/** Everything about a map's looks that a person may choose, and the words that go with it. */
import type { MapKind, ModelInfo } from "../../../wasm/whybox";
import { type ColorMap, findColorMap } from "../paint/colormaps";
import { AS_COMPUTED, type Display, displayWords, type ShownMap } from "../paint/display";
import { explainedFunction } from "./findings";
import type { Answer } from "./state";
import { questionParts, textOfParts } from "./target";

export interface Look {
  /** 0..1 of the map over its picture */
  readonly opacity: number;
  /** Let the picture shine through where the map is weak. */
  readonly fade: boolean;
  /** Outline what decides the class of a generated scene. */
  readonly truth: boolean;
  /** The network's own map as what it lets through of the picture, instead of colours over it. */
  readonly gate: boolean;
  /** The chosen colour map of each kind. */
  readonly maps: Readonly<Partial<Record<MapKind, string>>>;
  readonly display: Display;
}

export const FIRST_LOOK: Look = { opacity: 0.8, fade: true, truth: false, gate: true, maps: {}, display: AS_COMPUTED };

export const colorMapOf = ({ maps }: Look, kind: MapKind): ColorMap => findColorMap(kind, maps[kind]);

/** What stands under a map: sentences on which function it explains, and every display option that is on. */
export interface Caption {
  readonly explained: string | null;
  readonly display: readonly string[];
}

export function captionOf(answer: Answer, model: ModelInfo | null, { display }: Look, { range }: ShownMap): Caption {
  return { explained: explainedFunction(model, answer.heatmap.findings), display: displayWords(display, answer.heatmap.map, range) };
}

/** The caption and its question as one text, to be kept inside a saved picture. */
export function descriptionOf(answer: Answer, methodName: string, model: ModelInfo | null, look: Look, shown: ShownMap): string {
  const { explained, display } = captionOf(answer, model, look, shown);
  const words = display.length === 0 ? "Shown as computed." : `Shown: ${display.join("; ")}.`;
  const question = `${methodName}: ${textOfParts(questionParts(answer.started.target, model))}`;
  const sentences = [question, model === null ? null : `Network: ${model.name}.`, explained, words];
  return sentences.filter((each) => each !== null).join(" ");
}
