import { Budget } from "../../core/budget.ts";
import { readPickles } from "../../pickle/streams.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { memberSource } from "../../zip/member.ts";
import { readZip } from "../../zip/parse.ts";
import type { ZipArchive } from "../../zip/types.ts";
import { assemblePickle } from "../pickle-text.ts";
import { PickleAssembler } from "../pickle.ts";
import { concat } from "../records.ts";
import { torchZip, type TorchZipSpec } from "../torch-zip.ts";
import type { ZipMemberSpec } from "../zip.ts";
import {
  CellMaker,
  codeOfError,
  codesOf,
  never,
  NO_ENCRYPTION,
  NO_OFFSETS,
  NO_SUMS,
} from "./cells.ts";
import { soundPickle } from "./pickle.ts";
import { memberCodes } from "./zip.ts";
import type { Codes, FormatFaults } from "./types.ts";

const PICKLE_CODES = codesOf((size) => readPickles(size));

/** Faults of the archive, of its members, and of its pickle. */
function archiveCodes(archive: ZipArchive, source: ByteSource): Codes {
  const inside = archive.members.flatMap((member) => {
    if (!member.name.endsWith("data.pkl")) return [];
    try {
      return PICKLE_CODES(memberSource(source, member, new Budget()));
    } catch (error) {
      return [codeOfError(error)];
    }
  });
  return [...memberCodes(archive, source), ...inside];
}

const SOUND: TorchZipSpec = {
  pickle: soundPickle().stop().bytes(),
  storages: { 0: new Uint8Array(24) },
};

const zipped = new CellMaker(
  codesOf((size) => readZip(size), archiveCodes),
  () => torchZip(SOUND),
);
const bent = (change: Partial<TorchZipSpec>) => (): Uint8Array => torchZip({ ...SOUND, ...change });
const pickled = (source: string): (() => Uint8Array) => bent({ pickle: assemblePickle(source) });
const beside = (member: ZipMemberSpec): (() => Uint8Array) => bent({ members: [member] });

/** Archives of `torch.save` since PyTorch 1.6. */
export const TORCH_FAULTS: FormatFaults = zipped.table(
  "PyTorch, zip",
  "as zip, its pickle as pickle",
  {
    truncated: zipped.caught("no end record", () => torchZip(SOUND).slice(0, -22)),
    "bad-magic": zipped.caught(
      "no pickle under its name",
      bent({ pickle: new Uint8Array(9).fill(0xff) }),
    ),
    "bad-version": zipped.caught("protocol 6", pickled("PROTO 6\nNONE\nSTOP")),
    "bad-field": zipped.caught(
      "a pickle that takes more than there is",
      pickled("PROTO 2\nNONE\nPOP\nPOP\nSTOP"),
    ),
    "bad-encoding": zipped.caught(
      "a text that is no UTF-8",
      pickled("PROTO 2\nBINUNICODE hex:ff\nSTOP"),
    ),
    overflow: zipped.caught(
      "a directory beyond 2^53",
      bent({ zip: { end64: { directoryOffset: 1n << 60n } } }),
    ),
    "out-of-bounds": zipped.caught(
      "a local header behind the file",
      beside({ name: "x", central: { offset: 99_999 } }),
    ),
    overlap: zipped.caught(
      "two records of one member",
      beside({ name: "x", local: "absent", central: { offset: 0 } }),
    ),
    gap: zipped.caught("bytes behind the archive", bent({ zip: { trailing: new Uint8Array(3) } })),
    duplicate: zipped.caught(
      "two pickles of one name",
      beside({ name: "archive/data.pkl", data: "N." }),
    ),
    ambiguous: zipped.caught(
      "names that differ in case, which PyTorch does not see",
      beside({ name: "archive/DATA.pkl" }),
    ),
    limit: zipped.caught(
      "more members than allowed",
      bent({}),
      codesOf((size) => readZip(size, { members: 1 })),
    ),
    unsupported: zipped.caught("PPMd, method 98", beside({ name: "x", data: "x", method: 98 })),
    encrypted: zipped.caught("an encrypted member", beside({ name: "x", data: "x", flags: 1 })),
    checksum: zipped.open(
      "a storage with another sum",
      beside({ name: "x", data: "x", local: { crc32: 1 }, central: { crc32: 1 } }),
      [],
      "the sum of stored members is not looked at: weights are stored, and PyTorch does not look either",
    ),
  },
);

const plain = (): PickleAssembler => new PickleAssembler().proto(2);

/** Magic number, protocol, system, object, keys; then for each key a count and its data. */
function legacy(
  object: Uint8Array,
  storages: Uint8Array = concat([Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0), new Uint8Array(24)]),
): Uint8Array {
  return concat([
    plain().long1(0x1950a86a20f9469cfc6cn).stop().bytes(),
    plain().binint(1_001).stop().bytes(),
    plain()
      .data(new Map([["little_endian", true]]))
      .stop()
      .bytes(),
    object,
    plain().emptyList().mark().data("0").appends().stop().bytes(),
    storages,
  ]);
}

const old = new CellMaker(PICKLE_CODES, () => legacy(soundPickle().stop().bytes()));
const object = (source: string) => (): Uint8Array => legacy(assemblePickle(source));

/** Files of `torch.save` before PyTorch 1.6. */
export const TORCH_LEGACY_FAULTS: FormatFaults = old.table(
  "PyTorch, legacy",
  "five pickles; storages are unclaimed",
  {
    truncated: old.open(
      "a storage shorter than its count",
      () => legacy(soundPickle().stop().bytes(), new Uint8Array(9)),
      [],
      "counts before storages are not compared with the file: only a cut in the pickles is told",
    ),
    "bad-magic": old.caught("a first byte that is no opcode", () => new Uint8Array(9).fill(0xff)),
    "bad-version": old.caught(
      "an object of protocol 6",
      object("PROTO 2\nGLOBAL a b\nPROTO 6\nSTOP"),
    ),
    "bad-field": old.caught(
      "an object that takes more than there is",
      object("PROTO 2\nGLOBAL a b\nPOP\nPOP\nSTOP"),
    ),
    "bad-encoding": old.caught(
      "a text that is no UTF-8",
      object("PROTO 2\nGLOBAL a b\nBINUNICODE hex:ff\nSTOP"),
    ),
    overflow: old.caught(
      "a length beyond 2^63",
      object("PROTO 4\nGLOBAL a b\nBINUNICODE8 claims:0x8000000000000000 a\nSTOP"),
    ),
    "out-of-bounds": old.caughtAs(
      "truncated",
      "a payload longer than the file",
      object("PROTO 3\nGLOBAL a b\nBINBYTES claims:9999 a\nSTOP"),
    ),
    overlap: NO_OFFSETS,
    gap: never("bytes behind the pickles are told as unclaimed: they are the storages"),
    duplicate: never(
      "a slot or key that is set again is an effect in its order, as the unpickler has it",
    ),
    ambiguous: old.caught(
      "a frame longer than the file",
      object("PROTO 4\nFRAME 9999\nGLOBAL a b\nSTOP"),
    ),
    limit: old.caught(
      "more opcodes than allowed",
      () => legacy(soundPickle().stop().bytes()),
      codesOf((size) => readPickles(size, { limits: { ops: 9 } })),
    ),
    unsupported: never("all 68 opcodes are read"),
    encrypted: NO_ENCRYPTION,
    checksum: NO_SUMS,
  },
);
