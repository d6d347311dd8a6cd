import { sniffSource } from "../../sniff/source.ts";
import type { SniffFormat } from "../../sniff/types.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { concat, text } from "../records.ts";
import {
  CellMaker,
  codeOfError,
  never,
  NO_ENCRYPTION,
  NO_OFFSETS,
  NO_SUMS,
  NO_VERSION,
} from "./cells.ts";
import type { Codes, FaultCell, FormatFaults } from "./types.ts";

/** A file that is not named as the format is none of it, and that is all there is to tell. */
const named =
  (format: SniffFormat) =>
  (source: ByteSource): Codes => {
    try {
      return sniffSource(source).some((one) => one.format === format) ? [] : ["bad-magic"];
    } catch (error) {
      return [codeOfError(error)];
    }
  };

const FIRST = "version https://git-lfs.github.com/spec/v1";
const OID = `oid sha256:${"ab".repeat(32)}`;
const pointer =
  (...lines: readonly string[]) =>
  (): Uint8Array =>
    text(`${lines.join("\n")}\n`);

const lfs = new CellMaker(named("lfs-pointer"), pointer(FIRST, OID, "size 12"));
const TEXT_ONLY = "is then a text like any other";

/** What stands for a file that Git LFS keeps elsewhere. */
export const LFS_FAULTS: FormatFaults = lfs.table(
  `Git LFS pointer`,
  `whole; a damaged one ${TEXT_ONLY}`,
  {
    truncated: lfs.caughtAs("bad-magic", "no size", pointer(FIRST, OID)),
    "bad-magic": lfs.caught("another first line", pointer("version 1", OID, "size 12")),
    "bad-version": lfs.caughtAs(
      "bad-magic",
      "version 2",
      pointer(FIRST.replace("v1", "v2"), OID, "size 12"),
    ),
    "bad-field": lfs.caughtAs(
      "bad-magic",
      "a digest of 63 digits",
      pointer(FIRST, OID.slice(0, -1), "size 12"),
    ),
    "bad-encoding": lfs.caughtAs("bad-magic", "a NUL in it", pointer(FIRST, `${OID}\0`, "size 12")),
    overflow: lfs.caughtAs(
      "bad-magic",
      "a size beyond 2^53",
      pointer(FIRST, OID, "size 9007199254740993"),
    ),
    "out-of-bounds": NO_OFFSETS,
    overlap: NO_OFFSETS,
    gap: never("lines that we do not know may stand in it"),
    duplicate: lfs.caughtAs("bad-magic", "two sizes", pointer(FIRST, OID, "size 12", "size 13")),
    ambiguous: lfs.caughtAs(
      "bad-magic",
      "two digests",
      pointer(FIRST, OID, OID.replace("ab", "cd"), "size 1"),
    ),
    limit: lfs.caughtAs(
      "bad-magic",
      "1,024 bytes or more",
      pointer(FIRST, OID, "size 12", "x".repeat(999)),
    ),
    unsupported: lfs.caughtAs(
      "bad-magic",
      "another digest than SHA-256",
      pointer(FIRST, "oid md5:ab", "size 12"),
    ),
    encrypted: NO_ENCRYPTION,
    checksum: NO_SUMS,
  },
);

const html = new CellMaker(named("html"), () => text("<!doctype html><html></html>"));
const FIRST_ELEMENT: FaultCell = never(
  "its first element is all that is looked at: it is no model",
);

/** A page saved under a model's name. */
export const HTML_FAULTS: FormatFaults = html.table("HTML page", "the first element", {
  ...every(FIRST_ELEMENT),
  "bad-magic": html.caught("no page", () => text("<p>doctype html")),
});

/** Formats that are known by their signature, and left to later versions. */
const RECOGNISED: readonly (readonly [
  name: string,
  format: SniffFormat,
  head: string,
  at?: number,
])[] = [
  ["HDF5", "hdf5", "894844460d0a1a0a"],
  ["7z", "7z", "377abcaf271c"],
  ["RAR", "rar", "526172211a07"],
  ["TensorFlow Lite", "tflite", "54464c33", 4],
  ["SQLite", "sqlite", "53514c69746520666f726d6174203300"],
  ["ELF", "elf", "7f454c46"],
  ["WebAssembly", "wasm", "0061736d"],
];

/** One row for each format that is recognised only. */
export const RECOGNISED_FAULTS: readonly FormatFaults[] = RECOGNISED.map(
  ([name, format, hex, at = 0]) => {
    const whole = (): Uint8Array =>
      concat([new Uint8Array(at), Uint8Array.from(Buffer.from(hex, "hex")), new Uint8Array(600)]);
    const cells = new CellMaker(named(format), whole);
    const unread = cells.open(
      "any damage behind the signature",
      () => whole().fill(0xff, 40),
      [],
      "recognised by its signature and not read: vet tells the whole file as unread",
    );
    return cells.table(name, "the signature", {
      ...every(unread),
      "bad-magic": cells.caught("another signature", () => whole().fill(1, at, at + 4)),
      unsupported: cells.caught("the file as it is, which vet tells as unread", whole, (source) =>
        named(format)(source).length === 0 ? ["unsupported"] : [],
      ),
    });
  },
);

const onnx = new CellMaker(
  (source) => {
    try {
      return sniffSource(source).length > 0 ? [] : ["bad-magic"];
    } catch (error) {
      return [codeOfError(error)];
    }
  },
  () => concat([Uint8Array.of(0x08, 0x07, 0x12, 0x04), text("test"), new Uint8Array(200)]),
);

/** Formats of protobuf have no signature: nothing names them, and so nothing reads them. */
export const PROTOBUF_FAULTS: FormatFaults = onnx.table("ONNX and other protobuf", "not at all", {
  ...every(
    onnx.open(
      "any file of it",
      () => concat([Uint8Array.of(0x08, 0x07), new Uint8Array(90)]),
      [],
      "has no signature and is not recognised: vet tells the whole file as unread",
    ),
  ),
  "bad-magic": never("the format has no signature"),
  "bad-version": NO_VERSION,
  encrypted: NO_ENCRYPTION,
  checksum: NO_SUMS,
});

type Cells = Parameters<CellMaker["table"]>[2];

/** One cell for every code that is not of the source. */
function every(cell: FaultCell): Cells {
  return {
    truncated: cell,
    "bad-magic": cell,
    "bad-version": cell,
    "bad-field": cell,
    "bad-encoding": cell,
    overflow: cell,
    "out-of-bounds": cell,
    overlap: cell,
    gap: cell,
    duplicate: cell,
    ambiguous: cell,
    limit: cell,
    unsupported: cell,
    encrypted: cell,
    checksum: cell,
  };
}
