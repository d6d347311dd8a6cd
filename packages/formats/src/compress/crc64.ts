/** The generator polynomial of ECMA-182, lowest bit first, in two halves. */
const LOW_POLYNOMIAL = 0xd7870f42 | 0;
const HIGH_POLYNOMIAL = 0xc96c5795 | 0;

const LOW: Int32Array = new Int32Array(256);
const HIGH: Int32Array = new Int32Array(256);

for (let byte = 0; byte < 256; byte += 1) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= LOW_POLYNOMIAL;
      high ^= HIGH_POLYNOMIAL;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}

/** The CRC-64 of xz. @see https://tukaani.org/xz/xz-file-format.txt section 6, read 2026-11-25 */
export function crc64(bytes: Uint8Array): bigint {
  let low = -1;
  let high = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    const entry = (low ^ (bytes[at] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[entry] ?? 0);
    high = (high >>> 8) ^ (HIGH[entry] ?? 0);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}
