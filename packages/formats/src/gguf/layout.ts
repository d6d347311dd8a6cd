import { formatCount } from "../core/count.ts";
import type { FaultList } from "../core/fault-list.ts";
import type { ByteRange } from "../core/parsed.ts";
import { quoteName } from "../core/quote-name.ts";
import { GGUF_MAX_PADDING } from "./limits.ts";
import type { GgufTensor } from "./tensor-info.ts";

/** Where the tensor data lies in the file, in bytes. */
export type GgufLayout = {
  readonly dataOffset: number;
  readonly dataEnd: number;
  readonly missingBytes: number;
  readonly unclaimed: readonly ByteRange[];
};

/** What the layout follows from. */
export type LayoutInput = {
  readonly tensors: readonly GgufTensor[];
  readonly headerEnd: number;
  readonly alignment: number;
  /** Bytes of the file. */
  readonly size: number;
};

/** Places the tensors in the file, and reports each that is not where a loader expects it. */
export function layOut(input: LayoutInput, faults: FaultList): GgufLayout {
  const { tensors, headerEnd, alignment, size } = input;
  // A loader looks for data only when there is a tensor.
  const dataOffset = tensors.length > 0 ? pad(headerEnd, alignment) : headerEnd;
  checkOffsets(tensors, alignment, faults);
  const spans = placeTensors(tensors, dataOffset, faults);
  const dataEnd = spans.reduce((end, span) => Math.max(end, span.end), dataOffset);
  const missingBytes = Math.max(0, dataEnd - size);
  if (missingBytes > 0) {
    const missing = formatCount(missingBytes);
    faults.add("truncated", `the file ends early: ${missing} bytes of tensors are missing`, size);
  }
  return { dataOffset, dataEnd, missingBytes, unclaimed: findUnclaimed(spans, input) };
}

function pad(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Each tensor begins where the one before it ends, padded to the alignment: loaders accept nothing else. */
function checkOffsets(tensors: readonly GgufTensor[], alignment: number, faults: FaultList): void {
  let expected: number | "unknown" = 0;
  for (const tensor of tensors) {
    const name = quoteName(tensor.name);
    if (expected === "unknown") {
      if (tensor.offset % alignment !== 0) {
        const problem = `tensor ${name} begins at ${tensor.offset}, no multiple of ${alignment}`;
        faults.add("bad-field", problem, tensor.infoOffset);
      }
    } else if (tensor.offset !== expected) {
      const problem = `tensor ${name} begins at ${tensor.offset} of the data, expected at ${expected}`;
      faults.add(tensor.offset < expected ? "overlap" : "gap", problem, tensor.infoOffset);
    }
    // The next one is measured from where this one says it is: one fault a mistake.
    expected =
      tensor.bytes === "unknown" ? "unknown" : pad(tensor.offset + tensor.bytes, alignment);
  }
}

type Span = { readonly start: number; readonly end: number; readonly open: boolean };

/** Absolute ranges in order of start; `open` where the end is not known and `end` is the least it can be. */
function placeTensors(
  tensors: readonly GgufTensor[],
  dataOffset: number,
  faults: FaultList,
): readonly Span[] {
  const spans: Span[] = [];
  let last = 0;
  let sorted = true;
  for (const tensor of tensors) {
    const start = dataOffset + tensor.offset;
    const end = start + (tensor.bytes === "unknown" ? 0 : tensor.bytes);
    // An offset past 2^53 has its fault; an end past it is told here.
    if (!Number.isSafeInteger(tensor.offset)) continue;
    if (!Number.isSafeInteger(end)) {
      const problem = `tensor ${quoteName(tensor.name)} ends past 2^53 bytes`;
      faults.add("overflow", problem, tensor.infoOffset);
      continue;
    }
    spans.push({ start, end, open: tensor.bytes === "unknown" });
    sorted &&= start >= last;
    last = start;
  }
  return sorted ? spans : spans.sort((a, b) => a.start - b.start);
}

/** Bytes that neither the header nor a tensor nor short padding accounts for. */
function findUnclaimed(spans: readonly Span[], input: LayoutInput): readonly ByteRange[] {
  const { size, headerEnd, alignment } = input;
  const ranges: ByteRange[] = [];
  let covered = headerEnd;
  let open = false;
  const claimTo = (start: number): void => {
    const padded = pad(covered, alignment);
    const from = padded - covered <= GGUF_MAX_PADDING ? padded : covered;
    const end = Math.min(start, size);
    if (!open && from < end) ranges.push({ start: from, end });
  };
  for (const span of spans) {
    claimTo(span.start);
    if (span.end > covered || span.open) open = span.open;
    covered = Math.max(covered, span.end);
  }
  claimTo(size);
  return ranges;
}
