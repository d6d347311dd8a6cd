import type { FaultList } from "../core/fault-list.ts";

/** Set in a unit that holds a value instead of leading on. */
const LEAF = 0x8000_0000;

/** Bytes of one unit of the trie, and of the length before it. */
const UNIT_BYTES = 4;

/**
 * Checks the compiled table of replacements of a normaliser: the length of a trie, the trie as units of
 * 32 bits, then the replacements, each ended by a NUL.
 *
 * The program that uses the table follows its units without looking where they lead: older releases read
 * past its end (CVE-2026-1260, CWE-119). So every unit must lead into the table whatever byte of a text
 * comes next, and every value must be a place among the replacements. Faults: `truncated`, `bad-field`,
 * `out-of-bounds`.
 * @see google/sentencepiece src/normalizer.cc and third_party/darts_clone/darts.h, recalled 2026-11-25
 */
export function checkCharsmap(bytes: Uint8Array, base: number, faults: FaultList): void {
  if (bytes.length === 0) return;
  if (bytes.length < UNIT_BYTES) {
    faults.add("truncated", "a table of replacements of less than four bytes", base);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = view.getUint32(0, true);
  const rest = bytes.length - UNIT_BYTES;
  if (trieBytes % UNIT_BYTES !== 0 || trieBytes === 0 || trieBytes >= rest) {
    faults.add("bad-field", `a trie of ${trieBytes} bytes in a table of ${rest}`, base);
    return;
  }
  checkUnits(view, trieBytes / UNIT_BYTES, rest - trieBytes, base, faults);
  if (bytes[bytes.length - 1] !== 0) {
    faults.add("bad-field", "the last replacement has no end", base + bytes.length - 1);
  }
}

function checkUnits(
  view: DataView,
  units: number,
  textBytes: number,
  base: number,
  faults: FaultList,
): void {
  for (let index = 0; index < units; index += 1) {
    const unit = view.getUint32(UNIT_BYTES * (index + 1), true);
    const isLeaf = unit >= LEAF;
    // The highest place that a unit can lead to: its own, moved by its offset and by any byte.
    const reach = isLeaf ? unit - LEAF : (index ^ offsetOf(unit)) | 0xff;
    if (reach < (isLeaf ? textBytes : units)) continue;
    const problem = isLeaf ? "a replacement past the end" : "a step past the end";
    faults.add("out-of-bounds", `${problem} of the table`, base + UNIT_BYTES * (index + 1));
    return;
  }
}

/** The move that a unit makes: 21 bits, scaled by 256 where bit 9 is set. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
