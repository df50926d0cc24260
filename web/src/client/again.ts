/** The present question asked with further seeds: one batch of runs at a time, their summary so far, and a way to stop. */
import type { RunsUpdate } from "../worker/protocol";
import type { Runs } from "../../../wasm/whybox";
import { isCancelled } from "./client";

export interface AgainOptions {
  readonly ask: (count: number, signal: AbortSignal, onRuns: (update: RunsUpdate) => void) => Promise<Runs>;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class Again {
  running: { readonly since: number; readonly progress: number } | null = null;
  /** Of the runs that are done; what was found before a stop stays. */
  runs: Runs | null = null;
  private stopper: AbortController | null = null;

  constructor(private readonly options: AgainOptions) {}

  /** What another question's seeds said is no answer any more. */
  clear(): void {
    this.stop();
    this.runs = null;
  }

  stop(): boolean {
    if (this.stopper === null) return false;
    this.stopper.abort();
    this.ended();
    return true;
  }

  async start(count: number): Promise<void> {
    this.stop();
    const stopper = new AbortController();
    this.stopper = stopper;
    this.runs = null;
    this.running = { since: performance.now(), progress: 0 };
    this.options.onChange();
    const take = ({ progress, runs }: RunsUpdate): void => {
      if (this.stopper !== stopper) return;
      this.runs = runs;
      if (this.running !== null) this.running = { ...this.running, progress };
      this.options.onChange();
    };
    try {
      const runs = await this.options.ask(count, stopper.signal, take);
      take({ progress: 1, runs });
    } catch (error) {
      if (!isCancelled(error)) this.options.onFailure(error);
    } finally {
      if (this.stopper === stopper) this.ended();
    }
  }

  private ended(): void {
    this.stopper = null;
    this.running = null;
    this.options.onChange();
  }
}

/** Superpixels below this part of the largest weight look like nothing on a map. */
const FAINT = 0.1;

/** A weight near nothing falls on either side by chance: those that flip and yet weigh something are told apart. */
function flipsInWords({ mean, spread, flips }: NonNullable<Runs["superpixels"]>): string {
  if (flips.length === 0) return "No superpixel changes its sign.";
  const largest = Math.max(...Array.from(mean, Math.abs));
  const heavy = flips.filter((i) => Math.abs(mean[i] ?? 0) + (spread[i] ?? 0) > FAINT * largest).length;
  const some = `${flips.length} of ${mean.length} superpixels change their sign`;
  if (heavy === 0) return `${some}, all of them close to nothing.`;
  const which = heavy < flips.length ? ` (${heavy} of them far from nothing)` : "";
  return `${some}${which}: what they are said to do depends on the seed.`;
}

/** In words, for those who ask why the same picture gives two explanations. */
export function verdict({ count, identical, agreement, superpixels }: Runs, methodName: string): string {
  if (identical && count > 1) return `Another seed changes nothing: with these parameters ${methodName} draws nothing at random.`;
  if (count < 2) return "One run so far.";
  const alike = agreement > 0.95 ? "say the same" : agreement > 0.8 ? "say much the same" : agreement > 0.5 ? "agree in part" : "have little in common";
  const seeds = `${count} seeds: two runs ${alike} (their mean correlation is ${agreement.toFixed(2).replace("-", "−")}).`;
  if (superpixels === undefined) return seeds;
  const signs = flipsInWords(superpixels);
  return `${seeds} ${signs}`;
}
