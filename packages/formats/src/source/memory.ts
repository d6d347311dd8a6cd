import type { ByteSource } from "./byte-source.ts";

/** A source over bytes already in memory. */
export function memorySource(bytes: Uint8Array, id = "memory"): ByteSource {
  return {
    id,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
