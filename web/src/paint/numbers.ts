/** Numbers as a person reads them. */

const SMALL = 1e-3;
const LARGE = 1e4;

/** Three significant digits, a power of ten where zeros would hide them. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= SMALL && size < LARGE) return minus(Number(value.toPrecision(3)).toString());
  const [mantissa = "", exponent = "0"] = value.toExponential(1).split("e");
  return `${minus(mantissa)}·10${superscript(Number(exponent))}`;
}

const minus = (text: string): string => text.replace("-", "−");
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (value: number): string =>
  (value < 0 ? "⁻" : "") + [...String(Math.abs(value))].map((digit) => SUPERSCRIPTS[Number(digit)] ?? "").join("");

export const formatSigned = (value: number): string => (value > 0 ? "+" : "") + formatNumber(value);

/** "97.3 %"; the ends are only written where they are reached. */
export function formatPercent(probability: number): string {
  const percent = 100 * probability;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent > 99.9 && percent < 100) return "> 99.9 %";
  return `${percent.toFixed(1)} %`;
}

export function formatCount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return String(value);
}

/** "0.4 s", "12 s", "3 min 05 s" */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 1) return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Milliseconds still to go when `progress` of the work took `elapsed`; null while it is too early to say. */
export function timeLeft(progress: number, elapsed: number): number | null {
  return progress < 0.02 || elapsed < 200 ? null : (elapsed * (1 - progress)) / progress;
}
