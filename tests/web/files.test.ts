import { describe, expect, it } from "vitest";
import { nameFromAddress, roleOf, sortFiles } from "../../web/src/client/files";
import { wantedFrom } from "../../web/src/client/engine";
import { wantsServiceWorker } from "../../web/src/client/offline";
import { shippedModels } from "../../web/src/client/shipped";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("roles of files", () => {
  it("believe the name first: a text file named .tflite is meant as a network", () => {
    expect(roleOf("notes.tflite", "text/plain", bytes("hello you"))).toBe("model");
  });
  it("know networks and archives by their first bytes", () => {
    expect(roleOf("download", "", Uint8Array.of(0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33))).toBe("model");
    expect(roleOf("download", "", bytes("PK\u0003\u0004...."))).toBe("model");
  });
  it("tell pictures, labels and the rest apart", () => {
    expect(roleOf("cat.JPG", "", bytes(""))).toBe("image");
    expect(roleOf("paste", "image/png", bytes(""))).toBe("image");
    expect(roleOf("labels.txt", "text/plain", bytes("cat"))).toBe("labels");
    expect(roleOf("song.mp3", "audio/mpeg", bytes("ID3"))).toBe("unknown");
  });
  it("sort a drop of several files", async () => {
    const sorted = await sortFiles([new File(["x"], "a.png"), new File(["y"], "m.zip"), new File(["z"], "odd.bin")]);
    expect(sorted.image?.name).toBe("a.png");
    expect(sorted.model?.name).toBe("m.zip");
    expect(sorted.unknown.map(({ name }) => name)).toEqual(["odd.bin"]);
  });
});

describe("addresses", () => {
  it("give a file its name", () => {
    expect(nameFromAddress("https://host/a/My%20net.tflite?raw=1")).toBe("My net.tflite");
  });
  it("may ask for one engine, and ignore nonsense", () => {
    expect(wantedFrom("?variant=wasm-simd&threads=3")).toEqual({ variant: "wasm-simd", threads: 3 });
    expect(wantedFrom("?variant=wasm-relaxed")).toEqual({ variant: "wasm-relaxed" });
    expect(wantedFrom("?variant=other&threads=-1")).toEqual({});
  });
  it("get a service worker except on this machine, where it must be asked for", () => {
    expect(wantsServiceWorker({ hostname: "host.org", search: "" })).toBe(true);
    expect(wantsServiceWorker({ hostname: "localhost", search: "" })).toBe(false);
    expect(wantsServiceWorker({ hostname: "localhost", search: "?offline" })).toBe(true);
  });
});

describe("shippedModels", () => {
  it("lists each file of an entry, in the manifest's order", () => {
    const file = (name: string) => ({ file: `t/${name}.tflite`, bytes: 12345, accuracy: 0.981 });
    const entry = { id: "t", name: "T", summary: "Sum.", scene: "kind", labels: "t/labels.txt", input: { height: 96, width: 96 } };
    const [first, second] = shippedModels({ models: [{ ...entry, files: { int8: file("a"), float: file("b") } }] });
    expect(first).toMatchObject({ id: "t/int8", file: "t/a.tflite", scene: { kind: "kind", size: 384 } });
    expect(second?.summary).toBe("Sum. 98.1 % right on unseen scenes, 12 kB.");
  });

  it("says what a network without scenes was measured on", () => {
    const files = { int8: { file: "p/p.tflite", bytes: 12345, accuracy: 0.8246 } };
    const [only] = shippedModels({ models: [{ id: "p", name: "P", summary: "Sum.", labels: "p/labels.txt", input: { height: 160, width: 160 }, files }] });
    expect(only).toMatchObject({ scene: null, summary: "Sum. 82.5 % right on unseen photographs, 12 kB." });
  });
});
