import type { ByteRange } from "../core/parsed.ts";
import type { FaultList } from "../core/fault-list.ts";

/**
 * Demands that `pieces` cover the bytes from 0 to `end` once each, and returns the holes.
 *
 * What lies in a hole is seen by readers that scan for headers, and by nobody else.
 */
export function checkLayout(
  pieces: readonly ByteRange[],
  end: number,
  faults: FaultList,
): ByteRange[] {
  const holes: ByteRange[] = [];
  const inOrder = pieces.toSorted((left, right) => left.start - right.start);
  let reached = 0;
  for (const piece of [...inOrder, { start: end, end }]) {
    if (piece.start > reached) {
      holes.push({ start: reached, end: piece.start });
      const what = reached === 0 ? "bytes before the first member" : "bytes between members";
      faults.add("gap", `${piece.start - reached} ${what}`, reached);
    } else if (piece.start < reached) {
      faults.add("overlap", "a member begins before the end of another", piece.start);
    }
    reached = Math.max(reached, piece.end);
  }
  return holes;
}
