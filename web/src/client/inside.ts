/** What a network gives besides its classes, as far as it is declared: concepts, prototypes, maps of its own. */
import type { Output, PlainMap, Prediction } from "../../../wasm/whybox";
import { ConceptDesk } from "./concepts";
import { OwnMaps } from "./own-maps";
import { PrototypeDesk, type PrototypeLayer } from "./prototypes";
import type { ShippedModel } from "./shipped";

export interface InsideOptions {
  readonly output: (tensor: string) => Promise<Output>;
  readonly outputMap: (tensor: string, channel: number) => Promise<PlainMap>;
  readonly predictWith: (tensor: string, values: Float32Array) => Promise<Prediction>;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class Inside {
  readonly concepts: ConceptDesk;
  readonly prototypes: PrototypeDesk;
  readonly ownMaps: OwnMaps;

  constructor({ output, outputMap, predictWith, onChange, onFailure }: InsideOptions) {
    this.concepts = new ConceptDesk({ read: output, ask: predictWith, onChange, onFailure });
    this.prototypes = new PrototypeDesk({ read: output, onChange });
    this.ownMaps = new OwnMaps({ read: outputMap, onChange, onFailure });
  }

  /** Another network; null for one that declares nothing. */
  declare(shipped: ShippedModel | null, prototypes: PrototypeLayer | null = null): void {
    this.concepts.declare(shipped?.concepts ?? null);
    this.prototypes.declare(prototypes);
    const tensor = shipped?.ownMap ?? null;
    this.ownMaps.declare(tensor === null ? null : { tensor, channel: 0, title: "The network's own map", unit: "share that it lets through" });
  }

  /** Another picture. */
  async see(): Promise<void> {
    await this.concepts.see();
    await this.prototypes.see();
    await this.ownMaps.see();
  }

  /** Where the picture looks like one of the network's prototypes; null for nowhere. */
  choosePrototype(channel: number | null): void {
    const tensor = this.prototypes.shown?.layer.tensor;
    if (channel === null || tensor === undefined) return this.ownMaps.choose(null);
    this.ownMaps.choose({ tensor, channel, title: `Where it looks like prototype ${channel + 1}`, unit: "similarity" });
  }
}
