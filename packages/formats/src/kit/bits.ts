/** A number and the bits it takes. */
export type BitField = readonly [bits: number, value: number | bigint];

/** Writes numbers side by side, the highest bit of each first; the last byte is filled with zeros. */
export function packBits(fields: readonly BitField[]): Uint8Array {
  const total = fields.reduce((sum, [bits]) => sum + bits, 0);
  const bytes = new Uint8Array(Math.ceil(total / 8));
  let at = 0;
  for (const [bits, value] of fields) {
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const isSet = typeof value === "bigint" ? (value >> BigInt(bit)) & 1n : (value >>> bit) & 1;
      if (isSet) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
      at += 1;
    }
  }
  return bytes;
}
