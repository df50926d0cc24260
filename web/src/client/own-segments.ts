/** The person's own superpixels: read from a label image or painted, kept by the core until the picture changes. */
import type { Picture } from "../../../wasm/whybox";
import type { WhyboxClient } from "./client";

export interface Segments {
  /** One colour for each segment. */
  readonly picture: Picture;
  readonly count: number;
  readonly name: string;
}

export interface OwnSegmentsOptions {
  readonly client: () => WhyboxClient | null;
  /** After the core has them, or has dropped them. */
  readonly onTaken: (any: boolean) => void;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class OwnSegments {
  present: Segments | null = null;

  constructor(private readonly options: OwnSegmentsOptions) {}

  /** Another picture: the core has dropped them. */
  forget(): void {
    this.present = null;
  }

  takeFile(file: File): Promise<void> {
    return this.take(async (client) => ({ ...(await client.decodeSegments(file)), name: file.name }));
  }

  takePainted(picture: Picture): Promise<void> {
    return this.take(async (client) => ({ picture, count: await client.setSegments(picture), name: "painted" }));
  }

  drop(): Promise<void> {
    return this.take(async (client) => {
      await client.setSegments(null);
      return null;
    });
  }

  /** What is refused leaves the former ones in place. */
  private async take(ask: (client: WhyboxClient) => Promise<Segments | null>): Promise<void> {
    const client = this.options.client();
    if (client === null) return;
    try {
      this.present = await ask(client);
      this.options.onTaken(this.present !== null);
    } catch (error) {
      this.options.onFailure(error);
    }
    this.options.onChange();
  }
}
