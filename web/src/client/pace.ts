/** Which methods keep up with a hand: those that have answered fast on the present network. */

/** An explanation that takes no longer than this, in milliseconds, follows a hand while it moves; any other waits until it rests. */
const QUICK_MS = 120;
/** The same for a method's first answer on a network, which also builds what later ones have: it may be tried once more. */
const COLD_MS = 600;
/** One that was taken for quick and has run for so long was not. */
const PATIENCE_MS = 2 * QUICK_MS;

export class Pace {
  private readonly costs = new Map<string, { readonly ms: number; readonly runs: number }>();

  /** Another network. */
  clear(): void {
    this.costs.clear();
  }

  /** Other parameters, other costs. */
  forget(method: string): void {
    this.costs.delete(method);
  }

  note(method: string, ms: number): void {
    this.costs.set(method, { ms, runs: (this.costs.get(method)?.runs ?? 0) + 1 });
  }

  keepsUp(method: string): boolean {
    const cost = this.costs.get(method);
    return cost !== undefined && cost.ms <= (cost.runs === 1 ? COLD_MS : QUICK_MS);
  }

  /** @param since  when it was begun, as performance.now() counts */
  overdue(since: number): boolean {
    return performance.now() - since > PATIENCE_MS;
  }
}
