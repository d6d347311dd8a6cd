import { readSafetensors } from "../../safetensors/parse.ts";
import {
  safetensorsHeader,
  type SafetensorsPlan,
  type SafetensorsTensorPlan,
  writeSafetensors,
} from "../safetensors.ts";
import { CellMaker, codesOf, NO_ENCRYPTION, NO_SUMS, NO_VERSION } from "./cells.ts";
import type { FormatFaults } from "./types.ts";

const A: SafetensorsTensorPlan = { name: "a", dtype: "F32", shape: [2] };
const B: SafetensorsTensorPlan = { name: "b", dtype: "F32", shape: [2] };
const SOUND: SafetensorsPlan = { tensors: [A, B] };

const cells = new CellMaker(
  codesOf((size) => readSafetensors(size)),
  () => writeSafetensors(SOUND),
);
const bent = (change: Partial<SafetensorsTensorPlan>) => (): Uint8Array =>
  writeSafetensors({ tensors: [A, { ...B, ...change }] });
const header = (from: string, to: string) => (): Uint8Array =>
  writeSafetensors({ ...SOUND, header: safetensorsHeader(SOUND).replace(from, to) });

/** Safetensors: the header, by the rules of the reference. */
export const SAFETENSORS_FAULTS: FormatFaults = cells.table("safetensors", "header", {
  truncated: cells.caught("the header ends early", () => writeSafetensors(SOUND).slice(0, 60)),
  "bad-magic": cells.caught("no object behind the length", header("{", "[")),
  "bad-version": NO_VERSION,
  "bad-field": cells.caught(
    "a shape that does not fill its bytes",
    header('"shape":[2]', '"shape":[3]'),
  ),
  "bad-encoding": cells.caught("a header that is no JSON", header('"shape":', '"shape";')),
  overflow: cells.caught(
    "a shape beyond 2^64",
    header('"shape":[2]', '"shape":[4294967296,4294967296]'),
  ),
  "out-of-bounds": cells.caughtAs("truncated", "a tensor that ends behind the file", () =>
    writeSafetensors(SOUND).slice(0, -8),
  ),
  overlap: cells.caught("two tensors at one place", bent({ offsets: [4, 12] })),
  gap: cells.caught("a hole before a tensor", bent({ offsets: [12, 20] })),
  duplicate: cells.caught("a name twice, of which loaders take the last", header('"b"', '"a"')),
  ambiguous: cells.caught("names that are equal once composed", () =>
    writeSafetensors({
      tensors: [
        { ...A, name: "\u00e9" },
        { ...B, name: "e\u0301" },
      ],
    }),
  ),
  limit: cells.caught(
    "a header longer than allowed",
    () => writeSafetensors(SOUND),
    codesOf((size) => readSafetensors(size, { header: 8 })),
  ),
  unsupported: cells.caught(
    "a dtype that we do not know",
    bent({ dtype: "F7", data: new Uint8Array(8) }),
  ),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});
