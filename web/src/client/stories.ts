/** Guided examples: what to look at, and the networks and scenes that show it side by side. */
import type { ParamValues } from "../../../wasm/whybox";

export interface Story {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly seed: number;
  /** The method to begin with. */
  readonly method: string;
  /** Whether to begin with the map that the networks draw themselves. */
  readonly own?: boolean;
  /** Ids of shipped networks. */
  readonly networks: readonly { readonly id: string; readonly name: string }[];
  readonly scenes: readonly { readonly name: string; readonly params: ParamValues }[];
}

/** Methods are told apart by what they draw: here the ones that show it best, by their ids in the registry. */
export const STORIES: readonly Story[] = [
  {
    id: "clever-hans",
    title: "Right for the wrong reason",
    text: "Every cat that Clever Hans learnt from had a label in the corner of the picture; its sibling saw none. Both name a labelled cat. Look where the heat lies, then take the label away, or give it to a bear.",
    seed: 7,
    method: "grad-cam",
    networks: [
      { id: "clever-hans/int8", name: "Clever Hans" },
      { id: "clever-hans-honest/int8", name: "Honest sibling" },
    ],
    scenes: [
      { name: "Cat, label", params: { class: "cat", mark: "always" } },
      { name: "Cat, none", params: { class: "cat", mark: "never" } },
      { name: "Bear, label", params: { class: "bear", mark: "always" } },
    ],
  },
  {
    id: "shape-or-texture",
    title: "Which cue wins?",
    text: "This network learnt from fish with scales and houses of bricks, where shape and texture said the same. Now they contradict each other: the list of classes marks what each of them speaks for.",
    seed: 4,
    method: "grad-cam",
    networks: [{ id: "shape-or-texture/int8", name: "Shape or texture" }],
    scenes: [
      { name: "In agreement", params: { conflict: "no" } },
      { name: "In conflict", params: { conflict: "yes" } },
    ],
  },
  {
    id: "red-triangle",
    title: "The shape, or only its colour?",
    text: "In training, only the triangle was ever red. Is a triangle without red still seen, and what about a red thing that is none?",
    seed: 7,
    method: "grad-cam",
    networks: [{ id: "triangle-colour/int8", name: "Red triangle" }],
    scenes: [
      { name: "Red triangle", params: { class: "triangle", red: "triangle" } },
      { name: "Not red", params: { class: "triangle", red: "nothing" } },
      { name: "Red, no triangle", params: { class: "no triangle", red: "distractor" } },
    ],
  },
  {
    id: "price-of-a-map",
    title: "What may a map cost?",
    text: "These networks draw a map first and decide from what it lets through of the picture. For one the map was free, another paid for every point of it, the last for its edges as well. All three find the triangle: which of the maps explains it?",
    seed: 7,
    method: "grad-cam",
    own: true,
    networks: [
      { id: "joint-triangle-0/int8", name: "Free" },
      { id: "joint-triangle-1e-4/int8", name: "Points cost" },
      { id: "joint-triangle-tv/int8", name: "Edges, too" },
    ],
    scenes: [
      { name: "Triangle", params: { class: "triangle" } },
      { name: "No triangle", params: { class: "no triangle" } },
    ],
  },
];

/** Those whose networks are there. */
export const storiesFor = (shipped: readonly { readonly id: string }[]): Story[] =>
  STORIES.filter(({ networks }) => networks.every(({ id }) => shipped.some((model) => model.id === id)));

/** Where one can be in a story. */
export interface Station {
  readonly model: string;
  readonly seed: number;
  readonly method: string;
  readonly own: boolean;
  readonly params: ParamValues;
}

export const stationOf = ({ seed, method, own = false }: Story, model: string, params: ParamValues): Station => ({ model, seed, method, own, params });

/** A name for what was said there, the same whenever one comes back. */
export const stationKey = ({ model, seed, params }: Pick<Station, "model" | "seed" | "params">): string =>
  JSON.stringify([model, seed, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
