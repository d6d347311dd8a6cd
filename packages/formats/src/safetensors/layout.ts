import { formatCount } from "../core/count.ts";
import type { FaultList } from "../core/fault-list.ts";
import type { ByteRange } from "../core/parsed.ts";
import { quoteName } from "../core/quote-name.ts";
import type { SafetensorsTensor } from "./types.ts";

/** The tensors in order of their data, and how they fill the file. */
export type SafetensorsLayout = {
  readonly tensors: readonly SafetensorsTensor[];
  readonly dataEnd: number;
  readonly missingBytes: number;
  readonly unclaimed: readonly ByteRange[];
};

/** Checks that the tensors follow one another from 0 to the end of the file, without hole or overlap. */
export function layOut(
  found: readonly SafetensorsTensor[],
  dataOffset: number,
  size: number,
  faults: FaultList,
): SafetensorsLayout {
  const tensors = inOrder(found);
  const unclaimed: ByteRange[] = [];
  let covered = 0;
  const claimTo = (start: number): void => {
    const range = { start: dataOffset + covered, end: Math.min(dataOffset + start, size) };
    if (range.start < range.end) unclaimed.push(range);
  };
  for (const { name, offset, bytes } of tensors) {
    if (offset !== covered) {
      const problem = `tensor ${quoteName(name)} begins at ${offset} of the data, expected at ${covered}`;
      // In a file that ends early the place lies behind its end.
      const at = Math.min(dataOffset + offset, size);
      faults.add(offset < covered ? "overlap" : "gap", problem, at);
      claimTo(offset);
    }
    covered = Math.max(covered, offset + bytes);
  }
  const dataEnd = dataOffset + covered;
  claimTo(size - dataOffset);
  checkEnd(dataEnd, size, faults);
  return { tensors, dataEnd, missingBytes: Math.max(0, dataEnd - size), unclaimed };
}

function checkEnd(dataEnd: number, size: number, faults: FaultList): void {
  const difference = formatCount(Math.abs(dataEnd - size));
  if (dataEnd > size) {
    const problem = `the file ends early: ${difference} bytes of tensors are missing`;
    faults.add("truncated", problem, size);
  } else if (dataEnd < size) {
    faults.add("gap", `${difference} bytes after the last tensor belong to none`, dataEnd);
  }
}

/** Sorted by start, then end; writers sort already, so that this is mostly one pass. */
function inOrder(tensors: readonly SafetensorsTensor[]): readonly SafetensorsTensor[] {
  return tensors.toSorted((a, b) => a.offset - b.offset || a.bytes - b.bytes);
}
