import { npzArrayName } from "../../npy/npz.ts";
import { readNpy } from "../../npy/parse.ts";
import { Budget } from "../../core/budget.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { memberSource } from "../../zip/member.ts";
import { readZip } from "../../zip/parse.ts";
import type { ZipArchive } from "../../zip/types.ts";
import { type NpySpec, writeNpy } from "../npy.ts";
import { buildZip, type ZipMemberSpec } from "../zip.ts";
import {
  CellMaker,
  codeOfError,
  codesOf,
  never,
  NO_ENCRYPTION,
  NO_OFFSETS,
  NO_SUMS,
} from "./cells.ts";
import { memberCodes } from "./zip.ts";
import type { Codes, FormatFaults } from "./types.ts";

const cells = new CellMaker(
  codesOf((size) => readNpy(size)),
  () => writeNpy({}),
);
const bent = (spec: NpySpec) => (): Uint8Array => writeNpy(spec);
const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
const TWICE = HEADER.replace("}", "'shape': (2, 3), }");

/** Arrays of NumPy: the header. */
export const NPY_FAULTS: FormatFaults = cells.table("npy", "header; a pickle in it as a pickle", {
  truncated: cells.caught("elements are missing", () => writeNpy({}).slice(0, -1)),
  "bad-magic": cells.caught("another magic number", () => new Uint8Array(99)),
  "bad-version": cells.caught("version 4", bent({ version: 4 })),
  "bad-field": cells.caught("a shape that is no tuple", bent({ shape: "'six'" })),
  "bad-encoding": cells.caught(
    "a header of version 3 that is no UTF-8",
    bent({ version: 3, header: Uint8Array.of(0x7b, 0xff, 0x7d) }),
  ),
  overflow: cells.caught("more bytes than 2^53", bent({ shape: "(9007199254740991, 9)" })),
  "out-of-bounds": cells.caughtAs(
    "truncated",
    "more elements than the file has",
    bent({ shape: "(99,)" }),
  ),
  overlap: NO_OFFSETS,
  gap: cells.caught("bytes behind the elements", bent({ data: new Uint8Array(25) })),
  duplicate: cells.caught("a key twice, of which Python takes the last", bent({ header: TWICE })),
  ambiguous: never("NumPy alone reads the header, as a Python literal"),
  limit: cells.caught(
    "a header longer than allowed",
    bent({}),
    codesOf((size) => readNpy(size, { header: 8 })),
  ),
  unsupported: cells.caught("a type that we do not know", bent({ descr: "'<q9'" })),
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});

const ARRAY: ZipMemberSpec = { name: "x.npy", data: writeNpy({}) };

/** Faults of the archive, of the content of its members, and of the arrays in them. */
function arrayCodes(archive: ZipArchive, source: ByteSource): Codes {
  const inside = archive.members.flatMap((member) => {
    if (npzArrayName(member.name) === undefined) return [];
    try {
      return NPY_READ(memberSource(source, member, new Budget()));
    } catch (error) {
      return [codeOfError(error)];
    }
  });
  return [...memberCodes(archive, source), ...inside];
}

const NPY_READ = codesOf((size) => readNpy(size));

const packed = new CellMaker(
  codesOf((size) => readZip(size), arrayCodes),
  () => buildZip({ members: [ARRAY] }),
);
const one = (change: Partial<ZipMemberSpec>) => (): Uint8Array =>
  buildZip({ members: [{ ...ARRAY, ...change }] });
const array = (spec: NpySpec): (() => Uint8Array) => one({ data: writeNpy(spec) });

/** Several arrays of NumPy in a zip archive. */
export const NPZ_FAULTS: FormatFaults = packed.table("npz", "as zip, each member as npy", {
  truncated: packed.caught("an array that ends early", one({ data: writeNpy({}).slice(0, -1) })),
  "bad-magic": packed.caught("a member that is no array", one({ data: "no array at all" })),
  "bad-version": packed.caught("an array of version 4", array({ version: 4 })),
  "bad-field": packed.caught("an array without a shape", array({ shape: "None" })),
  "bad-encoding": packed.caught(
    "data that cannot be inflated",
    one({ method: 8, packed: Uint8Array.of(7) }),
  ),
  overflow: packed.caught(
    "an array of more bytes than 2^53",
    array({ shape: "(9007199254740991, 9)" }),
  ),
  "out-of-bounds": packed.caught(
    "a local header behind the file",
    one({ central: { offset: 9_999 } }),
  ),
  overlap: packed.caught("two records of one member", () =>
    buildZip({
      members: [ARRAY, { ...ARRAY, name: "y.npy", local: "absent", central: { offset: 0 } }],
    }),
  ),
  gap: packed.caught("bytes behind the elements", array({ data: new Uint8Array(25) })),
  duplicate: packed.caught("a name twice", () => buildZip({ members: [ARRAY, ARRAY] })),
  ambiguous: packed.caught("two names of one member", one({ local: { name: "y.npy" } })),
  limit: packed.caught(
    "more members than allowed",
    () => buildZip({ members: [ARRAY, { ...ARRAY, name: "y.npy" }] }),
    codesOf((size) => readZip(size, { members: 1 })),
  ),
  unsupported: packed.caught("a type that we do not know", array({ descr: "'<q9'" })),
  encrypted: packed.caught("an encrypted member", one({ flags: 1 })),
  checksum: packed.open(
    "stored data with another sum",
    one({ local: { crc32: 1 }, central: { crc32: 1 } }),
    [],
    "the sum of stored members is not looked at: weights are stored, and PyTorch does not look either",
  ),
});
