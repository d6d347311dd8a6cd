/** Largest prime below 65,536. */
const MODULUS = 65_521;

/** So many bytes can be added before a sum leaves 53 bits; a few thousand keep it in 32. */
const BATCH = 3_800;

/** The sum of a zlib stream. @see RFC 1950 section 8.2 */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let start = 0; start < bytes.length; start += BATCH) {
    for (const byte of bytes.subarray(start, start + BATCH)) {
      low += byte;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return high * 65_536 + low;
}
