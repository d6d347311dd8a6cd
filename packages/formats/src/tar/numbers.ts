import { type TarField, BLOCK, CHECKSUM } from "./fields.ts";

/** What a number field holds: undefined when it is none. */
export type TarNumber = number | undefined;

/**
 * A number field: octal digits between spaces and NULs, or, with the highest bit set, big-endian bytes.
 * Larger than 2^53 is not a number of ours; neither is a negative one.
 */
export function readNumber(block: Uint8Array, [at, length]: TarField): TarNumber {
  const first = block[at] ?? 0;
  if (first >= 0x80) {
    if (first !== 0x80) return undefined;
    const bytes = block.subarray(at + 1, at + length);
    const value = bytes.reduce((total, byte) => total * 256 + byte, 0);
    return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  }
  const field = latin1(block.subarray(at, at + length));
  const digits = field.split("\0", 1)[0]?.trim() ?? "";
  if (digits === "") return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Whether a number field holds a number, of any size and sign. */
export function isNumber(block: Uint8Array, field: TarField): boolean {
  const first = block[field[0]] ?? 0;
  return first === 0x80 || first === 0xff || readNumber(block, field) !== undefined;
}

/** Whether the stored sum is that of the bytes. Some old writers summed them as signed; readers take both. */
export function hasChecksum(block: Uint8Array): boolean {
  const stored = readNumber(block, CHECKSUM);
  const [at, length] = CHECKSUM;
  let unsigned = 0x20 * length;
  let signed = unsigned;
  for (let index = 0; index < BLOCK; index += 1) {
    if (index >= at && index < at + length) continue;
    const byte = block[index] ?? 0;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return stored === unsigned || stored === signed;
}

/** Whether bytes are all zero. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) return false;
  }
  return true;
}

/** Bytes as text of one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
