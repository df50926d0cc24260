/** A network's prototypes: what in this picture looks like which of them, and what that adds to a class. */
import type { Output } from "../../../wasm/whybox";

/** As prototypes.json has it, see models/README.md. */
export interface Prototype {
  /** Its channel of the tensor. */
  readonly index: number;
  /** The class it was learnt for. */
  readonly class: number;
  /** A crop, as a path inside models/. */
  readonly file: string;
  /** What its largest similarity adds to the logit of every class, per unit. */
  readonly weights: readonly number[];
}

export interface PrototypeLayer {
  readonly tensor: string;
  readonly prototypes: readonly Prototype[];
}

export interface ShownPrototypes {
  readonly layer: PrototypeLayer;
  /** The largest similarity in the picture, by channel. */
  readonly scores: readonly number[];
}

/** The largest element of each channel of a tensor [1, H, W, P]. */
export function channelMaxima({ shape, values }: Output): number[] {
  const channels = shape.at(-1) ?? 1;
  const maxima = new Array<number>(channels).fill(-Infinity);
  values.forEach((value, i) => (maxima[i % channels] = Math.max(maxima[i % channels] ?? -Infinity, value)));
  return maxima;
}

export interface PrototypeRow {
  readonly prototype: Prototype;
  readonly similarity: number;
  /** To the logit of the class in question. */
  readonly adds: number;
}

/** What speaks most for or against a class first. */
export function rowsFor({ layer, scores }: ShownPrototypes, target: number): PrototypeRow[] {
  return layer.prototypes
    .map((prototype) => {
      const similarity = scores[prototype.index] ?? 0;
      return { prototype, similarity, adds: similarity * (prototype.weights[target] ?? 0) };
    })
    .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds));
}

export interface PrototypeDeskOptions {
  readonly read: (tensor: string) => Promise<Output>;
  readonly onChange: () => void;
}

export class PrototypeDesk {
  shown: ShownPrototypes | null = null;
  private layer: PrototypeLayer | null = null;

  constructor(private readonly options: PrototypeDeskOptions) {}

  /** Another network; null for one without prototypes. */
  declare(layer: PrototypeLayer | null): void {
    this.layer = layer;
    this.shown = null;
  }

  /** Another picture. */
  async see(): Promise<void> {
    const { layer } = this;
    if (layer === null) return;
    const scores = channelMaxima(await this.options.read(layer.tensor));
    if (this.layer !== layer) return;
    this.shown = { layer, scores };
    this.options.onChange();
  }
}
