/** The page's address as a question: what a link may ask for, and how to write one. */
import type { Method, ParamValue } from "../../../wasm/whybox";
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
}

/** What parameters are called in an address: "p.samples". */
const PARAM = "p.";

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
  const params = [...query].filter(([key]) => key.startsWith(PARAM)).map(([key, value]) => [key.slice(PARAM.length), value] as const);
  return {
    model: query.get("model"),
    scene: count(query, "scene"),
    method: query.get("method"),
    seed: count(query, "seed"),
    choice: choiceIn(query),
    params: Object.fromEntries(params),
  };
}

/** A wished parameter as its kind has it; undefined where the method has none of that name. */
export function paramValue(method: Method, id: string, text: string): ParamValue | undefined {
  const param = method.params.find((candidate) => candidate.id === id);
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

export interface Place {
  readonly model: string;
  readonly scene: number;
  readonly method: string;
}

/** The studio's address with a network, a scene and a method chosen. */
export function studioLink({ model, scene, method }: Place, search = ""): string {
  const query = new URLSearchParams({ model, scene: String(scene), method });
  // A page that was asked for one engine passes the wish on.
  const here = new URLSearchParams(search);
  for (const key of ["variant", "threads"]) {
    const value = here.get(key);
    if (value !== null) query.set(key, value);
  }
  return `./?${query}`;
}
