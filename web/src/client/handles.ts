/** Scenes changed by hand: what a drag, a key or a click on a handle does to the scene's parameters. Pure functions. */
import type { Param, ParamValue, ParamValues, Scene, SceneHandle, SceneKind } from "../../../wasm/whybox";

/** A handle of a kind, where it sits in a scene: the picture's side is 1. */
export interface PlacedHandle extends SceneHandle {
  readonly at: { readonly x: number; readonly y: number };
  readonly radius: number;
}

export const placedHandles = (kind: SceneKind, places: Scene["handles"]): PlacedHandle[] =>
  kind.handles.flatMap(({ id, label, x, y, scale, turn, choice, hue }) => {
    const place = places.find((candidate) => candidate.id === id);
    if (place === undefined) return [];
    const named = Object.entries({ x, y, scale, turn, choice, hue }).filter(([, param]) => param !== undefined);
    return [{ id, label, ...Object.fromEntries(named), at: { x: place.x, y: place.y }, radius: place.radius }];
  });

/** The parameters of all handles: what of a scene can be taken hold of. */
export const handledParams = (kind: SceneKind): ReadonlySet<string> =>
  new Set(kind.handles.flatMap(({ x, y, scale, turn, choice, hue }) => [x, y, scale, turn, choice, hue]).filter((id) => id !== undefined));

/** Those of them that are relative to where and how a scene's seed has put a thing: with another seed they make no sense. */
export function withoutMotions(kind: SceneKind, params: ParamValues): ParamValues {
  const choices = new Set(kind.handles.map(({ choice }) => choice));
  const motions = [...handledParams(kind)].filter((id) => !choices.has(id));
  return Object.fromEntries(Object.entries(params).filter(([id]) => !motions.includes(id)));
}

/** Places are told to half a percent of the side, angles and sizes to whole numbers: finer than an eye can see. */
const MOVE_STEP = 0.5;
const TURN_STEP = 1;
const SCALE_STEP = 1;

const paramOf = (kind: SceneKind, id: string | undefined): Param | undefined => kind.params.find((param) => param.id === id);

export const valueIn = (kind: SceneKind, params: ParamValues, id: string): ParamValue => params[id] ?? paramOf(kind, id)?.default ?? 0;

/** With one parameter set; one at its default is left out, so that parameters say what has been changed. */
export function withParam(kind: SceneKind, params: ParamValues, id: string, value: ParamValue): ParamValues {
  const { [id]: _, ...others } = params;
  return value === paramOf(kind, id)?.default ? others : { ...others, [id]: value };
}

/** A number parameter set to the next step inside its range; a thing without the parameter stays as it is. */
function withNumber(kind: SceneKind, params: ParamValues, id: string | undefined, value: number, step: number): ParamValues {
  const param = paramOf(kind, id);
  if (id === undefined || param === undefined || (param.kind !== "real" && param.kind !== "integer")) return params;
  const stepped = Math.round(value / step) * step;
  return withParam(kind, params, id, Math.min(param.max, Math.max(param.min, stepped)));
}

const numberIn = (kind: SceneKind, params: ParamValues, id: string | undefined): number =>
  id === undefined ? 0 : Number(valueIn(kind, params, id));

/** Shifted by parts of the picture's side. */
export function moved(kind: SceneKind, params: ParamValues, handle: SceneHandle, right: number, down: number): ParamValues {
  const { x, y } = handle;
  const across = withNumber(kind, params, x, numberIn(kind, params, x) + 100 * right, MOVE_STEP);
  return withNumber(kind, across, y, numberIn(kind, params, y) + 100 * down, MOVE_STEP);
}

export function scaled(kind: SceneKind, params: ParamValues, handle: SceneHandle, factor: number): ParamValues {
  return withNumber(kind, params, handle.scale, numberIn(kind, params, handle.scale) * factor, SCALE_STEP);
}

/** An angle and what is a whole turn away from it are the same: past one end of the range it goes on at the other. */
const wrapped = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

export function turned(kind: SceneKind, params: ParamValues, handle: SceneHandle, degrees: number): ParamValues {
  return withNumber(kind, params, handle.turn, wrapped(numberIn(kind, params, handle.turn) + degrees), TURN_STEP);
}

/** A sixth of the circle: red, yellow, green, cyan, blue, magenta. */
const HUE_STEP = 60;

/** The next of its named values, or else the next hue. @param now  the choice that the scene shows where the parameter leaves it to the seed */
export function recoloured(kind: SceneKind, params: ParamValues, handle: SceneHandle, now: string | undefined, back = false): ParamValues {
  const { choice, hue } = handle;
  const param = paramOf(kind, choice);
  const sign = back ? -1 : 1;
  if (choice === undefined || param?.kind !== "choice")
    return withNumber(kind, params, hue, wrapped(numberIn(kind, params, hue) + sign * HUE_STEP), TURN_STEP);
  const choices = param.choices.filter((value) => value !== "auto");
  const shown = String(valueIn(kind, params, choice));
  const place = choices.indexOf(shown === "auto" ? (now ?? "") : shown);
  const next = choices[(place + sign + choices.length) % choices.length];
  return next === undefined ? params : withParam(kind, params, choice, next);
}

/** What is dragged: the thing itself, or the grip on its edge, which turns and scales it. */
export type Grip = "whole" | "edge";

/** @param from, to  of the pointer, the picture's side being 1 */
export function dragged(
  kind: SceneKind,
  params: ParamValues,
  handle: PlacedHandle,
  grip: Grip,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): ParamValues {
  if (grip === "whole") return moved(kind, params, handle, to.x - from.x, to.y - from.y);
  const [before, after] = [from, to].map(({ x, y }) => ({
    angle: (Math.atan2(y - handle.at.y, x - handle.at.x) * 180) / Math.PI,
    length: Math.hypot(x - handle.at.x, y - handle.at.y),
  })) as [{ angle: number; length: number }, { angle: number; length: number }];
  const larger = before.length === 0 ? params : scaled(kind, params, handle, after.length / before.length);
  return turned(kind, larger, handle, after.angle - before.angle);
}

const FINE = 0.01;
const COARSE = 0.05;
const KEY_SCALE = 1.1;
const KEY_TURN = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a key does to a handle; null for keys that do nothing. With Shift, arrows go farther and colours backwards. */
export function keyed(
  kind: SceneKind,
  params: ParamValues,
  handle: SceneHandle,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  now?: string,
): ParamValues | null {
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    const step = shiftKey ? COARSE : FINE;
    return moved(kind, params, handle, step * arrow[0], step * arrow[1]);
  }
  switch (key) {
    case "+":
    case "=":
      return scaled(kind, params, handle, KEY_SCALE);
    case "-":
      return scaled(kind, params, handle, 1 / KEY_SCALE);
    case "]":
    case ".":
      return turned(kind, params, handle, KEY_TURN);
    case "[":
    case ",":
      return turned(kind, params, handle, -KEY_TURN);
    case "Enter":
    case " ":
      return recoloured(kind, params, handle, now, shiftKey);
    default:
      return null;
  }
}

/** For those who do not see it: what it is and which keys change it. */
export function spoken({ label, x, y, scale, turn, choice, hue }: SceneHandle): string {
  const keys = [
    x !== undefined || y !== undefined ? "arrow keys move it" : "",
    scale !== undefined ? "plus and minus scale it" : "",
    turn !== undefined ? "brackets turn it" : "",
    choice !== undefined ? "Enter gives it the next look" : hue !== undefined ? "Enter gives it the next colour" : "",
  ];
  return `${label}: ${keys.filter((each) => each !== "").join(", ")}`;
}

/** What a scene shows of each choice, by the parameter's id: for parameters that leave it to the seed. */
export function lookNames(kind: SceneKind, attributes: Readonly<Record<string, number>>, className: string): Record<string, string> {
  const named = kind.attributes.flatMap(({ id, values }) => {
    const name = values[attributes[id] ?? -1];
    return name === undefined ? [] : [[id, name]];
  });
  return { ...Object.fromEntries(named), class: className };
}
