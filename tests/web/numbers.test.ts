import { describe, expect, it } from "vitest";
import { networkFrame } from "../../web/src/paint/frame";
import { formatCount, formatDuration, formatNumber, formatPercent, formatSigned, timeLeft } from "../../web/src/paint/numbers";
import { ticksOf } from "../../web/src/paint/scale";

describe("numbers as text", () => {
  it("keeps three digits and writes powers of ten where zeros would hide them", () => {
    expect(formatNumber(0.0341234)).toBe("0.0341");
    expect(formatNumber(-0.5)).toBe("−0.5");
    expect(formatNumber(0.0000123)).toBe("1.2·10⁻⁵");
    expect(formatNumber(123456)).toBe("1.2·10⁵");
    expect(formatNumber(0)).toBe("0");
    expect(formatSigned(0.2)).toBe("+0.2");
  });
  it("never rounds a probability to certainty", () => {
    expect(formatPercent(0.99999)).toBe("> 99.9 %");
    expect(formatPercent(0.00001)).toBe("< 0.1 %");
    expect(formatPercent(1)).toBe("100.0 %");
    expect(formatPercent(0.732)).toBe("73.2 %");
  });
  it("shortens counts and durations", () => {
    expect(formatCount(301_000_000)).toBe("301 M");
    expect(formatDuration(3.14)).toBe("3.1 ms");
    expect(formatDuration(61_000)).toBe("1 min 01 s");
  });
  it("says the time left only when it can be told", () => {
    expect(timeLeft(0.25, 1000)).toBe(3000);
    expect(timeLeft(0.001, 1000)).toBeNull();
    expect(timeLeft(0.5, 10)).toBeNull();
  });
});

describe("ticksOf", () => {
  it("always tells both ends, and nothing that would touch them", () => {
    const ticks = ticksOf({ low: 0.013, high: 0.987 });
    expect(ticks[0]?.text).toBe("0.013");
    expect(ticks.at(-1)?.text).toBe("0.987");
    ticks.slice(1, -1).forEach(({ at }) => expect(at > 0.1 && at < 0.9).toBe(true));
  });
  it("leaves out what would touch the longer label of an end", () => {
    expect(ticksOf({ low: -0.0709, high: 0.0709 }).map(({ text }) => text)).toEqual(["−0.0709", "0", "0.0709"]);
    expect(ticksOf({ low: -1, high: 1 }).map(({ text }) => text)).toEqual(["−1", "−0.5", "0", "0.5", "1"]);
  });
  it("has a tick at zero of a signed scale", () => {
    expect(ticksOf({ low: -2, high: 2 }).some(({ value, at }) => value === 0 && at === 0.5)).toBe(true);
  });
});

describe("networkFrame", () => {
  const picture = { width: 300, height: 200 };
  const network = { width: 100, height: 100 };
  it("is the whole picture when stretched", () => {
    expect(networkFrame(picture, network, "stretch")).toEqual({ x: 0, y: 0, width: 300, height: 200 });
  });
  it("is the middle when cropped", () => {
    expect(networkFrame(picture, network, "centre-crop")).toEqual({ x: 50, y: 0, width: 200, height: 200 });
  });
  it("reaches beyond the picture in a letterbox", () => {
    expect(networkFrame(picture, network, "letterbox")).toEqual({ x: 0, y: -50, width: 300, height: 300 });
  });
});
