/** Maps that a network draws itself: the explanation of a joint network, the places that look like a prototype. */
import type { PlainMap } from "../../../wasm/whybox";
import { latestOnly } from "./latest";

export interface OwnMap {
  /** What is shown, in a few words. */
  readonly title: string;
  /** What its numbers are. */
  readonly unit: string;
  readonly map: PlainMap;
}

/** A channel of one of the network's tensors. */
export interface MapPlace {
  readonly tensor: string;
  readonly channel: number;
  readonly title: string;
  readonly unit: string;
}

export interface OwnMapsOptions {
  readonly read: (tensor: string, channel: number) => Promise<PlainMap>;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class OwnMaps {
  shown: OwnMap | null = null;
  place: MapPlace | null = null;
  private readonly read: (place: MapPlace) => Promise<void>;

  constructor(private readonly options: OwnMapsOptions) {
    this.read = latestOnly(async (place) => {
      const map = await options.read(place.tensor, place.channel);
      if (this.place !== place) return;
      this.shown = { title: place.title, unit: place.unit, map };
      options.onChange();
    });
  }

  /** Of another network, or none; it is read when a picture has come. */
  declare(place: MapPlace | null): void {
    this.place = place;
    this.shown = null;
  }

  /** Another one of the present picture, or none. */
  choose(place: MapPlace | null): void {
    this.declare(place);
    this.options.onChange();
    if (place !== null) this.read(place).catch((error: unknown) => this.options.onFailure(error));
  }

  /** Another picture. */
  async see(): Promise<void> {
    if (this.place !== null) await this.read(this.place);
  }
}
