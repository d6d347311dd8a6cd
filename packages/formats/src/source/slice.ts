import type { ByteSource } from "./byte-source.ts";

/** A source over part of another: a stored archive member, a stream after a header. Offsets start at 0 again. */
export function sliceSource(
  parent: ByteSource,
  start: number,
  length: number,
  id: string = parent.id,
): ByteSource {
  const size = Math.max(0, Math.min(length, parent.size - start));
  return {
    id,
    size,
    read: (offset, count) =>
      parent.read(start + offset, Math.max(0, Math.min(count, size - offset))),
  };
}
