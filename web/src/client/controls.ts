/** Form controls out of the registry's parameter descriptions. */
import type { Layer, Method, ModelInfo, Param, ParamValue, ParamValues } from "../../../wasm/whybox";
import type { TargetChoice } from "./target";

/** A control as a component draws it. */
export type Control =
  | { readonly kind: "slider" | "number"; readonly param: Param; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "select"; readonly param: Param; readonly options: readonly Option[] }
  | { readonly kind: "checkbox" | "text"; readonly param: Param };
export interface Option {
  readonly value: string;
  readonly text: string;
}

/** A slider that spans more than this factor has too coarse a hand: a number field serves better. */
const MOST_SLIDER_STEPS = 1000;
const REAL_STEPS = 200;

/** A step of 1, 2 or 5 times a power of ten that cuts the span into about `steps`. */
export function roundStep(span: number, steps: number): number {
  const raw = span / steps;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(1));
}

const shapeText = (shape: readonly number[]): string => shape.slice(1).join("×");
/** Converters write whole paths, and several of them where operators were merged: the end of the first tells enough. */
export const shortName = (name: string): string => name.split(";")[0]?.split("/").slice(-2).join("/") ?? name;
/** Shape first: it tells layers apart where a narrow list cuts their names. */
export const layerText = ({ name, op, shape }: Layer): string => `${shapeText(shape)} · ${op.replaceAll("_", " ")} · ${shortName(name)}`;

/** Every layer of which a unit can be explained, the last first. */
export const unitLayerOptions = (model: ModelInfo): Option[] =>
  [...model.layers].reverse().map((layer) => ({ value: layer.name, text: layerText(layer) }));

/** What stands for no layer in particular; before a unit it is not the network's usual one. */
function standardLayer(model: ModelInfo, choice: TargetChoice | null): string {
  if (choice?.kind === "unit") return "default: the last one before the unit";
  const chosen = model.layers.find((layer) => layer.name === model.default_layer);
  return chosen === undefined ? "the network's default" : `default: ${layerText(chosen)}`;
}

/**
 * Layers that have a height and a width and come before what is explained, the last first: late layers answer most questions.
 * @param choice  what is explained; null for a class
 */
export function layerOptions(model: ModelInfo | null, choice: TargetChoice | null = null): Option[] {
  if (model === null) return [];
  const end = choice?.kind === "unit" ? model.layers.findIndex(({ name }) => name === choice.layer) : model.layers.length;
  const spatial = model.layers.slice(0, end).filter((layer) => layer.spatial);
  return [
    { value: "", text: standardLayer(model, choice) },
    ...spatial.reverse().map((layer) => ({ value: layer.name, text: layerText(layer) })),
  ];
}

export function controlFor(param: Param, model: ModelInfo | null, choice: TargetChoice | null = null): Control {
  switch (param.kind) {
    case "integer": {
      const { min, max } = param;
      return { kind: max - min <= MOST_SLIDER_STEPS ? "slider" : "number", param, min, max, step: 1 };
    }
    case "real": {
      const { min, max } = param;
      const step = roundStep(max - min, REAL_STEPS);
      // Where the usual value lies within the first step, a slider's every other place is far from it.
      return { kind: param.default - min < step && param.default !== min ? "number" : "slider", param, min, max, step };
    }
    case "choice":
      return { kind: "select", param, options: param.choices.map((value) => ({ value, text: value })) };
    case "layer":
      return { kind: "select", param, options: layerOptions(model, choice) };
    case "boolean":
      return { kind: "checkbox", param };
    case "text":
      return { kind: "text", param };
  }
}

export const defaultsOf = (method: Method): Record<string, ParamValue> =>
  Object.fromEntries(method.params.map((param) => [param.id, param.default]));

/**
 * Values that still make sense: a layer of another network, or one behind the unit that is explained, is dropped, so that the default
 * takes its place.
 */
export function validValues(
  method: Method,
  values: ParamValues,
  model: ModelInfo | null,
  choice: TargetChoice | null = null,
): Record<string, ParamValue> {
  const names = new Set(layerOptions(model, choice).map(({ value }) => value));
  const kept = defaultsOf(method);
  for (const param of method.params) {
    const value = values[param.id];
    if (value === undefined) continue;
    if (param.kind === "layer" && !names.has(String(value))) continue;
    kept[param.id] = value;
  }
  return kept;
}

/** A sentence where a typed number cannot be used, else null. */
export function complaint(param: Param, value: ParamValue): string | null {
  if (param.kind !== "integer" && param.kind !== "real") return null;
  const { min, max, label } = param;
  if (typeof value !== "number" || !Number.isFinite(value)) return `${label} must be a number.`;
  if (param.kind === "integer" && !Number.isInteger(value)) return `${label} must be a whole number.`;
  if (value < min || value > max) return `${label} must be between ${min} and ${max}.`;
  return null;
}
