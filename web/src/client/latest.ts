/**
 * Work that is done for one value at a time; of the values that come meanwhile only the last counts.
 * @returns a function that resolves once nothing is left to do; it rejects as `work` does, and the values that waited are dropped
 */
export function latestOnly<T>(work: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let waiting: { readonly value: T } | null = null;
  let busy: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    try {
      while (waiting !== null) {
        const { value } = waiting;
        waiting = null;
        await work(value);
      }
    } finally {
      waiting = null;
      busy = null;
    }
  };

  return (value) => {
    waiting = { value };
    busy ??= run();
    return busy;
  };
}
