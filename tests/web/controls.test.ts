import { describe, expect, it } from "vitest";
import { complaint, controlFor, defaultsOf, layerOptions, roundStep, shortName, validValues } from "../../web/src/client/controls";
import { fakeMethods, fakeModel } from "./fake-module";

const [quick, slow] = fakeMethods as [(typeof fakeMethods)[number], (typeof fakeMethods)[number]];
const paramOf = (id: string) => {
  const param = [...quick.params, ...slow.params].find((candidate) => candidate.id === id);
  if (param === undefined) throw new Error(id);
  return param;
};

describe("controls from the registry", () => {
  it("makes a control of every kind of parameter", () => {
    const kinds = [...quick.params, ...slow.params].map((param) => controlFor(param, fakeModel).kind);
    expect(kinds).toEqual(["select", "number", "slider", "select", "checkbox", "text"]);
  });
  it("gives a wide integer a number field and a narrow one a slider", () => {
    const wide = paramOf("samples");
    expect(controlFor(wide, null).kind).toBe("number");
    expect(controlFor({ ...wide, kind: "integer", default: 7, min: 1, max: 20 }, null)).toMatchObject({ kind: "slider", step: 1 });
  });
  it("gives a real whose usual value lies within a slider's first step a number field", () => {
    const width = paramOf("width");
    expect(controlFor({ ...width, kind: "real", default: 1e-6, min: 0, max: 100 }, null).kind).toBe("number");
    expect(controlFor({ ...width, kind: "real", default: 0, min: 0, max: 100 }, null).kind).toBe("slider");
  });
  it("offers spatial layers only, the last first, the default named with its shape", () => {
    const options = layerOptions(fakeModel);
    expect(options.map(({ value }) => value)).toEqual(["", "late", "early"]);
    expect(options[0]?.text).toBe("default: 2×2×16 · conv 2d · late");
  });
  it("names a layer by the end of its first path", () => {
    expect(shortName("net_1/relu5_1/Relu;net_1/conv5/Conv2D")).toBe("relu5_1/Relu");
    expect(shortName("late")).toBe("late");
  });
  it("steps a slider by a round number", () => {
    expect(roundStep(1, 200)).toBe(0.005);
    expect(roundStep(1.99, 200)).toBe(0.01);
    expect(roundStep(300, 200)).toBe(2);
  });
});

describe("values", () => {
  it("begin as the registry's defaults", () => {
    expect(defaultsOf(slow)).toEqual({ samples: 50, width: 0.25, fill: "mean", exact: false, rules: "" });
  });
  it("lose a layer that the present network does not have, and keep one that it has", () => {
    expect(validValues(quick, { layer: "other" }, fakeModel)).toEqual({ layer: "" });
    expect(validValues(quick, { layer: "early" }, fakeModel)).toEqual({ layer: "early" });
  });
  it("are refused with a sentence outside their range or kind", () => {
    const samples = paramOf("samples");
    expect(complaint(samples, 50)).toBeNull();
    expect(complaint(samples, 0)).toBe("Samples must be between 1 and 5000.");
    expect(complaint(samples, 1.5)).toBe("Samples must be a whole number.");
    expect(complaint(paramOf("width"), Number.NaN)).toBe("Width must be a number.");
  });
});
