import { readPickles } from "../../pickle/streams.ts";
import { appendJoblibArray } from "../joblib.ts";
import { assemblePickle } from "../pickle-text.ts";
import { PickleAssembler } from "../pickle.ts";
import { CellMaker, codesOf, never, NO_ENCRYPTION, NO_OFFSETS, NO_SUMS } from "./cells.ts";
import type { FaultCell, FormatFaults } from "./types.ts";

/** A pickle with a tensor, so that there is something to lose. */
export function soundPickle(): PickleAssembler {
  return new PickleAssembler().proto(2).torchTensor({ key: "0", shape: [2, 3] });
}

const readCodes = codesOf((size) => readPickles(size));
const cells = new CellMaker(readCodes, () => soundPickle().stop().bytes());
const lines = (source: string) => (): Uint8Array => assemblePickle(source);

/** Bytes behind a pickle are what PyTorch and joblib write. */
const BEHIND: FaultCell = never(
  "bytes behind the last pickle are told as unclaimed: writers put tensor data there",
);
const IN_ORDER: FaultCell = never(
  "a slot or key that is set again is an effect in its order, as the unpickler has it",
);

/** Pickles: every opcode, without running anything. */
export const PICKLE_FAULTS: FormatFaults = cells.table("pickle", "every opcode, nothing run", {
  truncated: cells.caught("no STOP", () => soundPickle().bytes()),
  "bad-magic": cells.caught("a first byte that is no opcode", () => new Uint8Array(9).fill(0xff)),
  "bad-version": cells.caught("protocol 6", lines("PROTO 6\nNONE\nSTOP")),
  "bad-field": cells.caught(
    "more taken from the stack than it holds",
    lines("PROTO 2\nNONE\nPOP\nPOP\nSTOP"),
  ),
  "bad-encoding": cells.caught(
    "a text that is no UTF-8",
    lines("PROTO 2\nBINUNICODE hex:ff\nSTOP"),
  ),
  overflow: cells.caught(
    "a length beyond 2^63",
    lines("PROTO 4\nNONE\nBINUNICODE8 claims:0x8000000000000000 a\nSTOP"),
  ),
  "out-of-bounds": cells.caughtAs(
    "truncated",
    "a payload longer than the file",
    lines("PROTO 3\nNONE\nBINBYTES claims:99 a\nSTOP"),
  ),
  overlap: NO_OFFSETS,
  gap: BEHIND,
  duplicate: IN_ORDER,
  ambiguous: cells.caught(
    "a frame longer than the stream, which C refuses",
    lines("PROTO 4\nFRAME 99\nNONE\nSTOP"),
  ),
  limit: cells.caught(
    "more opcodes than allowed",
    () => soundPickle().stop().bytes(),
    codesOf((size) => readPickles(size, { limits: { ops: 4 } })),
  ),
  unsupported: never("all 68 opcodes are read"),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});

type Array = Parameters<typeof appendJoblibArray>[1];
const start = (): PickleAssembler => new PickleAssembler().proto(4);
const arrays = new CellMaker(readCodes, () => appendJoblibArray(start(), {}).stop().bytes());
const array = (spec: Array) => (): Uint8Array => appendJoblibArray(start(), spec).stop().bytes();

/** Pickles of joblib, with the data of arrays between opcodes. */
export const JOBLIB_FAULTS: FormatFaults = arrays.table("joblib", "as pickle, arrays followed", {
  truncated: arrays.caught("an array that ends early", array({ shape: [99] })),
  "bad-magic": arrays.caught("a first byte that is no opcode", () => new Uint8Array(9).fill(0xff)),
  "bad-version": arrays.caught("protocol 6", lines("PROTO 6\nNONE\nSTOP")),
  "bad-field": arrays.caught(
    "objects whose pickle cannot be read",
    array({ code: "O8", data: Uint8Array.of(0xff) }),
  ),
  "bad-encoding": arrays.caught("a text that is no UTF-8", () =>
    appendJoblibArray(start().raw(assemblePickle("BINUNICODE hex:ff")), {})
      .stop()
      .bytes(),
  ),
  overflow: arrays.caughtAs(
    "unsupported",
    "a shape beyond 2^53",
    array({ shape: [2 ** 40, 2 ** 40] }),
  ),
  "out-of-bounds": arrays.caughtAs(
    "truncated",
    "data longer than the file",
    array({ shape: [9_999] }),
  ),
  overlap: NO_OFFSETS,
  gap: BEHIND,
  duplicate: IN_ORDER,
  ambiguous: arrays.caught(
    "data behind a frame that goes on",
    array({ behind: assemblePickle("NONE\nPOP") }),
  ),
  limit: arrays.caught(
    "more opcodes than allowed",
    array({}),
    codesOf((size) => readPickles(size, { limits: { ops: 4 } })),
  ),
  unsupported: arrays.caught("an array whose layout is not known", array({ dtypeState: [9] })),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});
