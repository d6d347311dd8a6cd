import fc from "fast-check";
import { expect, test } from "vitest";

import { bzip2Stream } from "./bzip2.ts";
import { decodeBytes } from "./compress-read.ts";

test("what is written is read again", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    // Runs, and a list of few bytes.
    fc
      .array(fc.tuple(fc.nat(2), fc.nat(600)), { maxLength: 6 })
      .map((runs) => Uint8Array.from(runs.flatMap(([byte, run]) => Array(run).fill(byte)))),
  );
  fc.assert(
    fc.property(bytes, (content) => {
      const { value, faults, complete } = decodeBytes("bzip2", bzip2Stream(content));
      expect(faults).toEqual([]);
      expect(complete).toBe(true);
      expect(Buffer.from(value.bytes)).toEqual(Buffer.from(content));
    }),
  );
});

/** What Python 3.11 gives back for it: `bz2.decompress(bytes.fromhex(…))` is `aaaaaaab`. */
test("a run is written as libbz2 reads it", () => {
  const hex = Buffer.from(bzip2Stream(Buffer.from("aaaaaaab"))).toString("hex");
  expect(hex).toBe(
    "425a68313141592653596dd6c84c0000024100080030002000218060403705dc914e14241b75b21300",
  );
});
