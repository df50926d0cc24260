/** The numbers beside a colour bar. */
import { scaleLinear } from "d3-scale";
import { formatNumber } from "./numbers";
import type { Range } from "./colormaps";

export interface Tick {
  readonly value: number;
  readonly text: string;
  /** Place along the bar, [0, 1]. */
  readonly at: number;
}

/** Two labels closer than this share of the bar would touch. */
const CLEARANCE = 0.12;

/** Both ends as they are, so that nobody has to guess them, and round numbers in between where there is room. */
export function ticksOf({ low, high }: Range, about = 4): Tick[] {
  const tick = (value: number): Tick => ({ value, text: formatNumber(value), at: (value - low) / (high - low) });
  const between = scaleLinear()
    .domain([low, high])
    .ticks(about)
    .map(tick)
    .filter(({ at }) => at > CLEARANCE && at < 1 - CLEARANCE);
  return [tick(low), ...between, tick(high)];
}
