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

/** Share of the bar that a character of a label takes where the bar is narrowest, 310 pixels on a phone. */
const CHARACTER = 0.024;

/** Both ends as they are, so that nobody has to guess them, and round numbers in between where there is room. */
export function ticksOf({ low, high }: Range, about = 4): Tick[] {
  const tick = (value: number): Tick => ({ value, text: formatNumber(value), at: (value - low) / (high - low) });
  const [first, last] = [tick(low), tick(high)];
  // A label between has its middle at its place; those at the ends begin and end there. One character is left free.
  const room = ({ text }: Tick, end: Tick): number => CHARACTER * (end.text.length + 1 + text.length / 2);
  const between = scaleLinear()
    .domain([low, high])
    .ticks(about)
    .map(tick)
    .filter((each) => each.at > room(each, first) && each.at < 1 - room(each, last));
  return [first, ...between, last];
}
