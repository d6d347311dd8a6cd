import { FormatError } from "../../../packages/formats/src/core/format-error.ts";
import {
  base256,
  buildTar,
  gnuLong,
  paxHeader,
  type TarMemberSpec,
} from "../../../packages/formats/src/kit/tar.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import { tarMemberSource } from "../../../packages/formats/src/tar/member.ts";
import { readTar } from "../../../packages/formats/src/tar/parse.ts";
import type { TarArchive } from "../../../packages/formats/src/tar/types.ts";
import type { Random } from "../random.ts";
import { showPlain } from "../show.ts";
import { KIB, wordList, type FuzzTarget, type Picture } from "../target.ts";
import { keptBeforeCut, pictureOf } from "./picture.ts";

const read: FuzzTarget["read"] = (bytes, window) =>
  pictureOf(readTar(bytes.length), bytes, window, (archive) => opened(bytes, archive));

/** The reader of tar archives, and of their members. */
export const tar: FuzzTarget = {
  name: "tar",
  code: ["packages/formats/src/tar/"],
  seeds: () => [
    buildTar([A, { name: "folder/", type: "5" }, { name: "link", type: "2", linkTarget: "a" }]),
    buildTar([gnuLong("L", LONG), { ...A, fields: GNU }, gnuLong("K", LONG), { ...A, type: "1" }]),
    buildTar([paxHeader({ path: "größe", size: "5" }), A, paxHeader({ comment: "c" }, "g"), A]),
    buildTar([{ name: "large", data: "l", fields: { size: base256(1) } }]),
    buildTar([{ name: "sparse", type: "S", data: "x", fields: GNU }]),
    buildTar([]),
  ],
  build: (random) =>
    buildTar(
      random.some(5, () => lyingMember(random)),
      random.once(6) ? random.bytes(random.below(600)) : new Uint8Array(1_024),
    ),
  words: wordList(
    "ustar\0" + "00",
    "ustar  \0",
    "././@LongLink",
    "12 path=a/b\n",
    "11 size=99\n",
    "GNU.sparse.major=1",
    "../",
    "/",
    "\\",
    "C:",
    "7777777",
    "0x8000000000000000000000ff",
    "0xffffffffffffffffffffffff",
  ),
  read,
  hasWindows: true,
  // A window of every header is copied, and texts of extended ones.
  memory: (length) => 64 * length + 512 * KIB,
  rules: [keptBeforeCut({ read }, members, 1)],
};

const A: TarMemberSpec = { name: "a", data: "alpha" };
const LONG = `${"long/".repeat(30)}name`;
const GNU = { magic: "ustar ", version: " \0" };

const FIELDS = ["mode", "uid", "size", "time", "magic", "version", "prefix", "checksum"] as const;

function lyingMember(random: Random): TarMemberSpec {
  if (random.once(6))
    return gnuLong(random.pick(["L", "K"]), random.pick([LONG, "", "../x", "a\0b"]));
  if (random.once(5)) return lyingPax(random);
  const lie = random.pick([
    String(random.edge()),
    "",
    "-1",
    "\u00ff",
    "0000000009\0",
    base256(random.below(9_999)),
    random.bytes(12),
  ]);
  return {
    name: random.pick(["a", "b/c", "../up", "/root", "dir/", "", "A", "a\\b", "x".repeat(100)]),
    data: random.bytes(random.below(900)),
    type: random.pick("0000123456789SLKxgXVNMD\0".split("")),
    linkTarget: random.pick(["", "a", "../../up", "/etc", "b/../c"]),
    fields: {
      ...(random.once(3) ? GNU : {}),
      ...(random.once(4) ? { [random.pick(FIELDS)]: lie } : {}),
    },
    ...(random.once(10)
      ? { patch: [random.below(480), random.bytes(random.below(16))] as const }
      : {}),
    ...(random.once(12) ? { padded: random.bytes(random.below(600)) } : {}),
  };
}

function lyingPax(random: Random): TarMemberSpec {
  const keys = [
    "path",
    "linkpath",
    "size",
    "comment",
    "GNU.sparse.size",
    "hdrcharset",
    "SCHILY.xattr.a",
  ];
  const values = ["a", "../x", String(random.edge()), "", "-1", "BINARY", "é", "a\nb", "1.5"];
  const records = Object.fromEntries(
    random.some(3, () => [random.pick(keys), random.pick(values)] as const),
  );
  const header = paxHeader(records, random.once(4) ? "g" : "x");
  return random.once(6) ? { ...header, data: random.bytes(random.below(60)) } : header;
}

function opened(bytes: Uint8Array, archive: TarArchive): unknown {
  return archive.members.map((member) => {
    try {
      const source = tarMemberSource(memorySource(bytes), member);
      return { ...member, length: source.read(0, source.size).length };
    } catch (error) {
      if (!FormatError.isInstance(error)) throw error;
      return { ...member, refused: error.code };
    }
  });
}

/** Names and places; what is behind a cut may be longer in the whole. */
function members({ value }: Picture): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: { readonly name: string; readonly headerOffset: number }) =>
    showPlain([one.name, one.headerOffset]),
  );
}
