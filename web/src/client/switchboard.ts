/** Which superpixels of the present explanation are on, and what the network says to that. */
import type { SwitchedView } from "../worker/protocol";

export interface Switches {
  readonly on: Uint8Array;
  /** null until the network has answered. */
  readonly view: SwitchedView | null;
}

export interface SwitchboardOptions {
  readonly ask: (on: Uint8Array) => Promise<SwitchedView>;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class Switchboard {
  /** null while there is nothing to switch. */
  switches: Switches | null = null;
  private asking = false;

  constructor(private readonly options: SwitchboardOptions) {}

  /** Forgets the former explanation's superpixels. */
  clear(): void {
    this.switches = null;
  }

  /** All on: the picture as it is. */
  begin(count: number): void {
    void this.set(new Uint8Array(count).fill(1));
  }

  toggle(superpixel: number): void {
    if (this.switches === null) return;
    const on = this.switches.on.slice();
    on[superpixel] = on[superpixel] === 1 ? 0 : 1;
    void this.set(on);
  }

  all(on: boolean): void {
    if (this.switches !== null) void this.set(new Uint8Array(this.switches.on.length).fill(on ? 1 : 0));
  }

  /** One question at a time; of the flags that come meanwhile only the last count. */
  async set(on: Uint8Array): Promise<void> {
    this.switches = { on, view: this.switches?.view ?? null };
    this.options.onChange();
    if (this.asking) return;
    this.asking = true;
    try {
      for (let asked: Uint8Array | null = null; this.switches !== null && this.switches.on !== asked; ) {
        asked = this.switches.on;
        const view = await this.options.ask(asked);
        if (this.switches !== null) this.switches = { ...this.switches, view };
        this.options.onChange();
      }
    } catch (error) {
      // Without switches the explanation has been replaced meanwhile: nobody asks any more.
      if (this.switches !== null) this.options.onFailure(error);
    } finally {
      this.asking = false;
    }
  }
}
