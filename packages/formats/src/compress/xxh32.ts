const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** Bytes that the four lanes take together. */
const STRIPE = 16;

/**
 * xxHash of 32 bits with seed 0: the sum of LZ4 frames.
 * @see https://github.com/Cyan4973/xxHash doc/xxhash_spec.md, XXH32, read 2026-11-25
 */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let sum = PRIME_5;
  if (bytes.length >= STRIPE) {
    at = bytes.length - (bytes.length % STRIPE);
    sum = sumStripes(view, at);
  }
  sum = (sum + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const lane = Math.imul(view.getUint32(at, true), PRIME_3);
    sum = Math.imul(rotate((sum + lane) | 0, 17), PRIME_4);
  }
  for (; at < bytes.length; at += 1) {
    const lane = Math.imul(view.getUint8(at), PRIME_5);
    sum = Math.imul(rotate((sum + lane) | 0, 11), PRIME_1);
  }
  sum = Math.imul(sum ^ (sum >>> 15), PRIME_2);
  sum = Math.imul(sum ^ (sum >>> 13), PRIME_3);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function sumStripes(view: DataView, end: number): number {
  let first = (PRIME_1 + PRIME_2) | 0;
  let second = PRIME_2;
  let third = 0;
  let fourth = -PRIME_1 | 0;
  for (let at = 0; at < end; at += STRIPE) {
    first = mix(first, view.getUint32(at, true));
    second = mix(second, view.getUint32(at + 4, true));
    third = mix(third, view.getUint32(at + 8, true));
    fourth = mix(fourth, view.getUint32(at + 12, true));
  }
  return (rotate(first, 1) + rotate(second, 7) + rotate(third, 12) + rotate(fourth, 18)) | 0;
}

function mix(lane: number, value: number): number {
  return Math.imul(rotate((lane + Math.imul(value, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
