import { Budget } from "../../../packages/formats/src/core/budget.ts";
import { FormatError } from "../../../packages/formats/src/core/format-error.ts";
import { torchZip } from "../../../packages/formats/src/kit/torch-zip.ts";
import {
  CENTRAL,
  END,
  END64,
  LOCAL,
  LOCATOR,
} from "../../../packages/formats/src/kit/zip-fields.ts";
import {
  buildZip,
  type ZipMemberSpec,
  type ZipSpec,
} from "../../../packages/formats/src/kit/zip.ts";
import type { Field, Overrides } from "../../../packages/formats/src/kit/records.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import { openMember } from "../../../packages/formats/src/zip/damaged.ts";
import { readZip } from "../../../packages/formats/src/zip/parse.ts";
import type { ZipArchive } from "../../../packages/formats/src/zip/types.ts";
import type { Random } from "../random.ts";
import { MIB, wordList, type FuzzTarget } from "../target.ts";
import { pictureOf } from "./picture.ts";

/** The reader of zip archives, and of their members. */
export const zip: FuzzTarget = {
  name: "zip",
  code: ["packages/formats/src/zip/"],
  seeds: () => [
    buildZip({ members: [A, B] }),
    buildZip({
      members: [
        { ...A, descriptor: "signed" },
        { ...B, method: 8, descriptor: "unsigned" },
      ],
    }),
    buildZip({ members: [{ ...A, zip64: true, descriptor: "signed64" }, B], end64: {} }),
    buildZip({ members: [{ ...A, method: 93 }], prefix: new Uint8Array(9), shifted: true }),
    torchZip({ pickle: Uint8Array.of(0x80, 2, 0x4e, 0x2e), storages: { 0: new Uint8Array(8) } }),
    buildZip({ members: [] }),
  ],
  build: (random) => buildZip(lyingZip(random)),
  words: wordList(
    "PK\u0003\u0004",
    "PK\u0001\u0002",
    "PK\u0005\u0006",
    "PK\u0006\u0006",
    "PK\u0006\u0007",
    "PK\u0007\b",
    "../",
    "/",
    "\\",
    "a",
    "0x01001000ffffffffffffffff",
    "0x75700900",
    "0x0199070001004145",
    "0xffffffff",
  ),
  read: (bytes, window) =>
    pictureOf(readZip(bytes.length), bytes, window, (archive) => opened(bytes, archive)),
  hasWindows: true,
  offsetsMayLie: "a record says where its local header lies, and the fault is told there",
  // A member may say that it inflates to a thousand times its size, and be decoded twice.
  memory: (length) => 64 * length + 32 * MIB,
};

const A: ZipMemberSpec = { name: "a", data: "alpha" };
const B: ZipMemberSpec = { name: "folder/b", data: "beta".repeat(20) };

function lyingZip(random: Random): ZipSpec {
  const filler = (): Uint8Array =>
    random.once(8) ? random.bytes(1 + random.below(30)) : new Uint8Array(0);
  return {
    members: random.some(4, () => lyingMember(random)),
    prefix: filler(),
    shifted: random.once(2),
    beforeDirectory: filler(),
    afterDirectory: filler(),
    trailing: filler(),
    end: lies(random, END),
    ...(random.once(4) ? { end64: lies(random, END64), locator: lies(random, LOCATOR) } : {}),
  };
}

function lyingMember(random: Random): ZipMemberSpec {
  return {
    name: random.pick([
      "a",
      "A",
      "b",
      "d/",
      "../x",
      "/x",
      "a\\b",
      "é",
      "a\0b",
      "",
      "archive/data.pkl",
    ]),
    data: random.once(4) ? "zero".repeat(random.below(400)) : random.bytes(random.below(40)),
    method: random.pick([0, 0, 8, 8, 93, 12, 99]),
    descriptor: random.pick([
      "none",
      "none",
      "signed",
      "unsigned",
      "signed64",
      "unsigned64",
      "absent",
    ]),
    zip64: random.once(6),
    flags: random.once(6) ? 1 << random.below(16) : 0,
    ...(random.once(5) ? { align: random.pick([8, 64]) } : {}),
    ...(random.once(10) ? { gap: random.bytes(random.below(20)) } : {}),
    ...(random.once(12) ? { packed: random.bytes(random.below(40)) } : {}),
    local: random.once(15) ? "absent" : lies(random, LOCAL),
    central: random.once(15) ? "absent" : lies(random, CENTRAL),
  };
}

/** Once in four records, one field holds something else. */
function lies<K extends string>(random: Random, fields: readonly Field<K>[]): Overrides<K> {
  const overrides: { [name in K]?: bigint | Uint8Array } = {};
  if (!random.once(4)) return overrides;
  const [name, width] = random.pick(fields);
  overrides[name] = width === "bytes" ? random.bytes(random.below(24)) : random.edge();
  return overrides;
}

function opened(bytes: Uint8Array, archive: ZipArchive): unknown {
  const budget = new Budget();
  const members = archive.members.map((member) => {
    try {
      const { source, faults } = openMember(memorySource(bytes), member, budget);
      return {
        ...member,
        content: source.read(0, source.size),
        codes: faults.map(({ code }) => code),
      };
    } catch (error) {
      if (!FormatError.isInstance(error)) throw error;
      return { ...member, refused: error.code };
    }
  });
  return { ...archive, members };
}
