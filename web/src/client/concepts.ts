/** A network's concepts: what it saw, what a hand has set instead, and what the network says to that. */
import type { Output, Prediction } from "../../../wasm/whybox";
import { latestOnly } from "./latest";

/** As a network's entry in models/manifest.json declares it: `values.length` elements of the tensor from `first` on, which sum to 1. */
export interface Concept {
  readonly id: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly first: number;
}

export interface ConceptLayer {
  /** Name of the tensor that holds them all. */
  readonly tensor: string;
  readonly concepts: readonly Concept[];
}

export interface ShownConcepts {
  readonly layer: ConceptLayer;
  /** What the network saw. */
  readonly seen: Float32Array;
  /** What stands there now. */
  readonly values: Float32Array;
  /** Concepts that a hand has set, by id. */
  readonly byHand: ReadonlySet<string>;
  /** What follows from `values`; null where nothing was set, or no answer has come yet. */
  readonly prediction: Prediction | null;
}

export const sharesOf = ({ first, values: names }: Concept, values: Float32Array): number[] => [...values.subarray(first, first + names.length)];

/** The likeliest value's place. */
export const likeliest = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares));

/** One value's share set, the others' in the proportions they had (or even, where they had none), so that all still sum to 1. */
export function withShare(shares: readonly number[], index: number, share: number): number[] {
  const wanted = Math.min(1, Math.max(0, share));
  const rest = shares.reduce((sum, each, i) => sum + (i === index ? 0 : Math.max(0, each)), 0);
  const others = shares.length - 1;
  const proportion = (each: number): number => (rest > 0 ? Math.max(0, each) / rest : 1 / others);
  return shares.map((each, i) => (i === index ? (others === 0 ? 1 : wanted) : (1 - wanted) * proportion(each)));
}

/** The tensor with one concept's values replaced. */
export function withConcept(values: Float32Array, { first }: Concept, shares: readonly number[]): Float32Array {
  const changed = values.slice();
  changed.set(shares, first);
  return changed;
}

export interface ConceptDeskOptions {
  readonly read: (tensor: string) => Promise<Output>;
  readonly ask: (tensor: string, values: Float32Array) => Promise<Prediction>;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class ConceptDesk {
  shown: ShownConcepts | null = null;
  private layer: ConceptLayer | null = null;
  private readonly ask: (now: ShownConcepts) => Promise<void>;

  constructor(private readonly options: ConceptDeskOptions) {
    this.ask = latestOnly(async (asked) => {
      const prediction = await options.ask(asked.layer.tensor, asked.values);
      // Other values may have come meanwhile; the answer to the former ones is better than none. Another picture's is not.
      if (this.shown?.seen !== asked.seen || this.shown.byHand.size === 0) return;
      this.shown = { ...this.shown, prediction };
      options.onChange();
    });
  }

  /** Another network; null for one without concepts. */
  declare(layer: ConceptLayer | null): void {
    this.layer = layer;
    this.shown = null;
  }

  /** Another picture: everything is as seen again. */
  async see(): Promise<void> {
    const { layer } = this;
    if (layer === null) return;
    const { values } = await this.options.read(layer.tensor);
    const last = layer.concepts.reduce((end, concept) => Math.max(end, concept.first + concept.values.length), 0);
    if (values.length < last) throw new Error(`The network's tensor "${layer.tensor}" has ${values.length} values, its concepts want ${last}.`);
    if (this.layer !== layer) return;
    this.shown = { layer, seen: values, values, byHand: new Set(), prediction: null };
    this.options.onChange();
  }

  /** One value's share of its concept, the others giving way. */
  set(id: string, index: number, share: number): void {
    const concept = this.concept(id);
    if (this.shown === null || concept === undefined) return;
    const { values, byHand } = this.shown;
    const shares = withShare(sharesOf(concept, values), index, share);
    this.change({ ...this.shown, values: withConcept(values, concept, shares), byHand: new Set([...byHand, id]) });
  }

  /** One concept as the network saw it, or all. */
  reset(id?: string): void {
    if (this.shown === null) return;
    const { seen, values, byHand } = this.shown;
    const concept = id === undefined ? undefined : this.concept(id);
    const kept = new Set([...byHand].filter((each) => concept !== undefined && each !== concept.id));
    const back = concept === undefined ? seen : withConcept(values, concept, sharesOf(concept, seen));
    this.change({ ...this.shown, values: kept.size === 0 ? seen : back, byHand: kept });
  }

  private concept(id: string): Concept | undefined {
    return this.layer?.concepts.find((each) => each.id === id);
  }

  private change(shown: ShownConcepts): void {
    this.shown = shown.byHand.size === 0 ? { ...shown, prediction: null } : shown;
    this.options.onChange();
    if (this.shown.byHand.size > 0) this.ask(this.shown).catch((error: unknown) => this.options.onFailure(error));
  }
}
