import { readGguf } from "../../gguf/parse.ts";
import { type GgufPlan, pair, writeGguf } from "../gguf.ts";
import { CellMaker, codesOf, NO_ENCRYPTION, NO_SUMS } from "./cells.ts";
import type { FormatFaults } from "./types.ts";

const SOUND: GgufPlan = {
  metadata: [
    pair("general.architecture", "string", "llama"),
    { key: "tokens", value: { type: "array", values: { of: "string", items: ["a", "b"] } } },
  ],
  tensors: [
    { name: "a", type: "F32", dims: [8] },
    { name: "b", type: "F32", dims: [8] },
  ],
};

const cells = new CellMaker(
  codesOf((size) => readGguf(size)),
  () => writeGguf(SOUND),
);
const bent = (change: Partial<GgufPlan>) => (): Uint8Array => writeGguf({ ...SOUND, ...change });
const tensors = (change: Partial<GgufPlan["tensors"][number]>) => (): Uint8Array =>
  writeGguf({
    ...SOUND,
    tensors: [...SOUND.tensors.slice(0, 1), { name: "b", type: "F32", dims: [8], ...change }],
  });

/** GGUF: metadata and places of tensors. */
export const GGUF_FAULTS: FormatFaults = cells.table("GGUF", "header; tensor data by block", {
  truncated: cells.caught("the list of tensors ends early", () => writeGguf(SOUND).slice(0, 150)),
  "bad-magic": cells.caught("another magic number", bent({ magic: "GGUX" })),
  "bad-version": cells.caught("version 4", bent({ version: 4 })),
  "bad-field": cells.caught(
    "an alignment that is no power of two",
    bent({ metadata: [...SOUND.metadata, pair("general.alignment", "u32", 33)] }),
  ),
  "bad-encoding": cells.caught(
    "a key that is no UTF-8",
    bent({ metadata: [{ key: Uint8Array.of(0x61, 0xff), value: { type: "bool", value: true } }] }),
  ),
  overflow: cells.caught("a tensor beyond 2^53", tensors({ offset: 1n << 60n })),
  "out-of-bounds": cells.caughtAs("truncated", "a tensor that ends behind the file", () =>
    writeGguf(SOUND).slice(0, -32),
  ),
  overlap: cells.caught("two tensors at one place", tensors({ offset: 0 })),
  gap: cells.caught("a hole before a tensor", tensors({ offset: 64 })),
  duplicate: cells.caught("two tensors of one name", tensors({ name: "a" })),
  ambiguous: cells.caught(
    "a key with a NUL, where C ends it",
    bent({ metadata: [pair("a\0b", "bool", true)] }),
  ),
  limit: cells.caught(
    "more pairs than allowed",
    bent({}),
    codesOf((size) => readGguf(size, { kv: 1 })),
  ),
  unsupported: cells.caught("a tensor type without a size", tensors({ typeId: 31 })),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});
