/** The generator polynomial of CRC-32, highest bit first; zlib's has the lowest first. */
const POLYNOMIAL = 0x04c11db7;

const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value < 0 ? POLYNOMIAL : 0);
  return value;
});

/** The sum of a bzip2 block. */
export function bzip2Sum(bytes: Uint8Array): number {
  let sum = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    sum = (sum << 8) ^ (TABLE[(sum >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return ~sum >>> 0;
}
