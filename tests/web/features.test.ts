import { describe, expect, it } from "vitest";
import { chooseThreads, chooseVariant, relaxedSimdProbe, simdProbe } from "../../web/src/worker/features";
import { transferables } from "../../web/src/worker/protocol";

describe("feature detection", () => {
  it("asks by a module that is valid where SIMD exists, as it does here", () => {
    expect(WebAssembly.validate(simdProbe())).toBe(true);
  });
  it("asks for relaxed SIMD by the same module but for one instruction", () => {
    const probe = relaxedSimdProbe();
    // i8x16.swizzle (0xfd 0x0e) takes and gives the same as its relaxed twin (0xfd 0x80 0x02).
    const at = probe.lastIndexOf(0xfd);
    const plain = [...probe.slice(0, at), 0xfd, 0x0e, 0x0b];
    const [sectionAt, bodyAt] = [probe.indexOf(0x0a, 19) + 1, probe.indexOf(0x0a, 19) + 3];
    plain[sectionAt] = (plain[sectionAt] ?? 0) - 1;
    plain[bodyAt] = (plain[bodyAt] ?? 0) - 1;
    expect(WebAssembly.validate(Uint8Array.from(plain))).toBe(true);
  });
  it("picks threads only with relaxed SIMD and shared memory, relaxed SIMD without, and nothing without SIMD", () => {
    const all = { simd: true, relaxedSimd: true, sharedMemory: true };
    expect(chooseVariant(all)).toBe("wasm-threads");
    expect(chooseVariant({ ...all, sharedMemory: false })).toBe("wasm-relaxed");
    expect(chooseVariant({ ...all, relaxedSimd: false })).toBe("wasm-simd");
    expect(chooseVariant({ ...all, simd: false })).toBeNull();
  });
  it("takes one thread without threads, and no more than eight with", () => {
    expect(chooseThreads("wasm-simd", 16)).toBe(1);
    expect(chooseThreads("wasm-relaxed", 16)).toBe(1);
    expect(chooseThreads("wasm-threads", 2)).toBe(2);
    expect(chooseThreads("wasm-threads", 64)).toBe(8);
  });
});

describe("transferables", () => {
  it("finds every buffer once, however deep", () => {
    const values = new Float32Array(4);
    const same = new Uint8Array(values.buffer);
    expect(transferables({ a: { values }, b: same, c: [1], d: null, e: "x" })).toEqual([values.buffer]);
  });
});
