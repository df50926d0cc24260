/** What is explained: a class, a class rather than another, or one unit of a layer; and how that reads in words. */
import type { ExplainedClass, ExplainedUnit, Layer, ModelInfo, Target } from "../../../wasm/whybox";
import { formatPercent } from "../paint/numbers";
import { shortName } from "./controls";

export interface ClassChoice {
  readonly kind: "class";
  /** null: whatever class is the most probable. */
  readonly index: number | null;
  readonly versus: number | null;
}

export interface Position {
  readonly row: number;
  readonly column: number;
}

export interface UnitChoice {
  readonly kind: "unit";
  readonly layer: string;
  readonly channel: number;
  /** null: where the channel answers most strongly. */
  readonly at: Position | null;
}

export type TargetChoice = ClassChoice | UnitChoice;

export const MOST_PROBABLE: ClassChoice = { kind: "class", index: null, versus: null };

/** What the core is asked. */
export function targetOf(choice: TargetChoice): Target {
  if (choice.kind === "unit") return { layer: choice.layer, channel: choice.channel, ...choice.at };
  const index = choice.index ?? -1;
  return choice.versus === null ? index : { class: index, versus: choice.versus };
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** Units of a layer; one without height and width is a single place. */
export function extentOf({ shape, spatial }: Layer): Extent {
  const channels = shape.at(-1) ?? 1;
  return spatial ? { rows: shape[1] ?? 1, columns: shape[2] ?? 1, channels } : { rows: 1, columns: 1, channels };
}

/** The unit to begin with: of the layer that most methods look at. */
export function firstUnit(model: ModelInfo): UnitChoice | null {
  const layer = model.layers.find(({ name }) => name === model.default_layer) ?? model.layers.at(-1);
  return layer === undefined ? null : { kind: "unit", layer: layer.name, channel: 0, at: null };
}

/** The same channel of another layer as far as that has one; its own strongest place. */
export function movedTo(layer: Layer, { channel }: UnitChoice): UnitChoice {
  return { kind: "unit", layer: layer.name, channel: Math.min(channel, extentOf(layer).channels - 1), at: null };
}

/** Whether a network has what was chosen for another one. */
export function isIn(model: ModelInfo, choice: TargetChoice): boolean {
  if (choice.kind === "class") return [choice.index, choice.versus].every((index) => index === null || index < model.classes);
  const layer = model.layers.find(({ name }) => name === choice.layer);
  if (layer === undefined) return false;
  const { rows, columns, channels } = extentOf(layer);
  return choice.channel < channels && (choice.at === null || (choice.at.row < rows && choice.at.column < columns));
}

export type Explained = ExplainedClass | ExplainedUnit;
export const isUnit = (target: Explained): target is ExplainedUnit => "layer" in target;

/** A piece of a sentence, with what it is. */
export interface Part {
  readonly text: string;
  readonly role: "plain" | "name" | "number";
}
const plain = (text: string): Part => ({ text, role: "plain" });
const name = (text: string): Part => ({ text, role: "name" });
const number = (text: string): Part => ({ text, role: "number" });
const classParts = ({ label, probability }: ExplainedClass): Part[] => [name(label), plain(" "), number(`(${formatPercent(probability)})`)];

function unitParts({ layer, channel, row, column }: ExplainedUnit, model: ModelInfo | null): Part[] {
  const spatial = model?.layers.find((each) => each.name === layer)?.spatial ?? true;
  const where = spatial ? [plain(" at "), number(`row ${row}, column ${column}`)] : [];
  return [name(`channel ${channel}`), plain(" of "), name(shortName(layer)), ...where];
}

/** What is explained, as a question. */
export function questionParts(target: Explained, model: ModelInfo | null): Part[] {
  if (isUnit(target)) return [plain("What drives "), ...unitParts(target, model), plain("?")];
  const rather = target.versus === undefined ? [] : [plain(" rather than "), ...classParts(target.versus)];
  return [plain("Why "), ...classParts(target), ...rather, plain("?")];
}

export const textOfParts = (parts: readonly Part[]): string => parts.map(({ text }) => text).join("");

/** What is explained, in few words: for the name of a file. */
export function targetName(target: Explained): string {
  if (isUnit(target)) return `${shortName(target.layer)} ${target.channel}`;
  return target.versus === undefined ? target.label : `${target.label} rather than ${target.versus.label}`;
}
