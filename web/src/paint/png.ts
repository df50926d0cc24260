/** A sentence inside a PNG file (W3C PNG specification, third edition, 11.3.3.4: iTXt). */

const SIGNATURE_AND_HEADER = 8 + 25;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** As of Annex D of the same: every chunk ends with it. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (CRC_TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** The same file with a text under a keyword, which image programs show among a picture's properties. */
export function withText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  // Keyword, end of it, not compressed, no language, no translation of the keyword.
  const note = chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`));
  const bytes = new Uint8Array(png.length + note.length);
  bytes.set(png.subarray(0, SIGNATURE_AND_HEADER));
  bytes.set(note, SIGNATURE_AND_HEADER);
  bytes.set(png.subarray(SIGNATURE_AND_HEADER), SIGNATURE_AND_HEADER + note.length);
  return bytes;
}
