/** The page's address as a question: what a link may ask for, and how to write one. */
import type { Param, ParamValue, ParamValues, SceneKind } from "../../../wasm/whybox";
import { complaint } from "./controls";
import { MOST_PROBABLE, type Position, type TargetChoice } from "./target";

export interface Wish {
  /** Id of a shipped network. */
  readonly model: string | null;
  /** Seed of the scene. */
  readonly scene: number | null;
  readonly method: string | null;
  readonly seed: number | null;
  readonly choice: TargetChoice;
  /** As text; a parameter's kind says what it is. */
  readonly params: Readonly<Record<string, string>>;
  /** The scene's. */
  readonly sceneParams: Readonly<Record<string, string>>;
}

/** What parameters are called in an address: those of the method "p.samples", those of the scene "s.class". */
const PARAM = "p.";
const SCENE_PARAM = "s.";

const beginningWith = (query: URLSearchParams, prefix: string): Record<string, string> =>
  Object.fromEntries([...query].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]));

/** A whole number from 0 on; null for anything else. */
function count(query: URLSearchParams, key: string): number | null {
  const text = query.get(key);
  const value = Number(text);
  return text !== null && /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

function choiceIn(query: URLSearchParams): TargetChoice {
  const layer = query.get("layer");
  if (layer === null) return { ...MOST_PROBABLE, index: count(query, "class"), versus: count(query, "versus") };
  const [row, column] = [count(query, "row"), count(query, "column")];
  const at: Position | null = row === null || column === null ? null : { row, column };
  return { kind: "unit", layer, channel: count(query, "channel") ?? 0, at };
}

/** What an address asks for; what it does not name, or names badly, is left to the page. */
export function wishOf(search: string): Wish {
  const query = new URLSearchParams(search);
  return {
    model: query.get("model"),
    scene: count(query, "scene"),
    method: query.get("method"),
    seed: count(query, "seed"),
    choice: choiceIn(query),
    params: beginningWith(query, PARAM),
    sceneParams: beginningWith(query, SCENE_PARAM),
  };
}

/** A wished parameter as its kind has it; undefined where there is none of that name. */
export function paramValue({ params }: { readonly params: readonly Param[] }, id: string, text: string): ParamValue | undefined {
  const param = params.find((candidate) => candidate.id === id);
  switch (param?.kind) {
    case undefined:
      return undefined;
    case "integer":
    case "real":
      return Number(text);
    case "boolean":
      return text === "true";
    default:
      return text;
  }
}

/** The wished parameters of a scene that its kind has and can be drawn with. */
export function sceneParamsOf(kind: SceneKind, wished: Readonly<Record<string, string>>): ParamValues {
  const usable = (param: Param, value: ParamValue): boolean =>
    complaint(param, value) === null && (param.kind !== "choice" || param.choices.includes(String(value)));
  return Object.fromEntries(
    kind.params.flatMap((param) => {
      const text = wished[param.id];
      const value = text === undefined ? undefined : paramValue(kind, param.id, text);
      return value !== undefined && usable(param, value) ? [[param.id, value]] : [];
    }),
  );
}

export interface Place {
  readonly model: string;
  readonly scene: number;
  readonly method: string;
  readonly sceneParams?: ParamValues;
}

/** The studio's address with a network, a scene and a method chosen. */
export function studioLink({ model, scene, method, sceneParams = {} }: Place, search = ""): string {
  const query = new URLSearchParams({ model, scene: String(scene), method });
  for (const [id, value] of Object.entries(sceneParams)) query.set(SCENE_PARAM + id, String(value));
  // A page that was asked for one engine passes the wish on.
  const here = new URLSearchParams(search);
  for (const key of ["variant", "threads"]) {
    const value = here.get(key);
    if (value !== null) query.set(key, value);
  }
  return `./?${query}`;
}
