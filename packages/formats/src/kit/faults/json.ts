import { decodeUtf8 } from "../../json/decode.ts";
import { parseJson } from "../../json/parse.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { text } from "../records.ts";
import {
  CellMaker,
  codeOfError,
  never,
  NO_ENCRYPTION,
  NO_OFFSETS,
  NO_SUMS,
  NO_VERSION,
} from "./cells.ts";
import type { Codes, FormatFaults } from "./types.ts";

const read =
  (limits = {}) =>
  (source: ByteSource): Codes => {
    try {
      const content = decodeUtf8(source.read(0, source.size));
      return parseJson(content, limits).faults.map(({ code }) => code);
    } catch (error) {
      return [codeOfError(error)];
    }
  };

const cells = new CellMaker(read(), () => text('{"a":[1,2]}'));

/** JSON, strictly: configurations, indexes, and the headers of safetensors. */
export const JSON_FAULTS: FormatFaults = cells.table("JSON", "whole", {
  truncated: cells.caught("the end is missing", () => text('{"a":[1,')),
  "bad-magic": cells.caughtAs("bad-encoding", "no value at the beginning", () => text("no")),
  "bad-version": NO_VERSION,
  "bad-field": never("what values may be is for those who asked for the text"),
  "bad-encoding": cells.caught("a comma too many", () => text('{"a":1,}')),
  overflow: cells.caught("a number beyond a double", () => text("[1e999]")),
  "out-of-bounds": NO_OFFSETS,
  overlap: NO_OFFSETS,
  gap: cells.caughtAs("bad-encoding", "something behind the value", () => text("{} {}")),
  duplicate: cells.caught("a key twice, of which loaders take the last", () =>
    text('{"a":1,"a":2}'),
  ),
  ambiguous: cells.caughtAs("bad-encoding", "a byte order mark, which some readers refuse", () =>
    text("\uFEFF{}"),
  ),
  limit: cells.caught("more levels than allowed", () => text("[[[]]]"), read({ depth: 2 })),
  unsupported: cells.caughtAs("bad-encoding", "comments, and NaN as Python writes it", () =>
    text("[NaN]"),
  ),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});
