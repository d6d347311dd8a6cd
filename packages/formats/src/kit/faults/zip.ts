import { Budget } from "../../core/budget.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { openMember } from "../../zip/damaged.ts";
import { readZip } from "../../zip/parse.ts";
import type { ZipArchive } from "../../zip/types.ts";
import { buildZip, type ZipMemberSpec, type ZipSpec } from "../zip.ts";
import { CellMaker, codeOfError, codesOf, never } from "./cells.ts";
import type { Codes, FormatFaults } from "./types.ts";

const A: ZipMemberSpec = { name: "a", data: "alpha" };
const B: ZipMemberSpec = { name: "b", data: "beta ".repeat(20), method: 8 };
const SOUND: ZipSpec = { members: [A, B] };

/** Codes of what is wrong with the content of members. */
export function memberCodes({ members }: ZipArchive, source: ByteSource): Codes {
  return members.flatMap((member) => {
    try {
      const opened = openMember(source, member, new Budget());
      opened.source.read(0, opened.source.size);
      return opened.faults.map(({ code }) => code);
    } catch (error) {
      return [codeOfError(error)];
    }
  });
}

const cells = new CellMaker(
  codesOf((size) => readZip(size), memberCodes),
  () => buildZip(SOUND),
);
const bent = (change: Partial<ZipSpec>) => (): Uint8Array => buildZip({ ...SOUND, ...change });
const member = (change: Partial<ZipMemberSpec>) => (): Uint8Array =>
  buildZip({ members: [A, { ...B, ...change }] });

/** Zip archives: the directory, local headers, and the content of members. */
export const ZIP_FAULTS: FormatFaults = cells.table("zip", "directory, local headers, members", {
  truncated: cells.caught("no end record", () => buildZip(SOUND).slice(0, -22)),
  "bad-magic": cells.caught("neither a local header nor an end record", () => new Uint8Array(99)),
  "bad-version": never("readers go by method and flags, not by the version needed to extract"),
  "bad-field": cells.caught(
    "a record without its signature",
    member({ central: { signature: 7 } }),
  ),
  "bad-encoding": cells.caught(
    "data that cannot be inflated",
    member({ packed: Uint8Array.of(7, 7) }),
  ),
  overflow: cells.caught(
    "a directory beyond 2^53",
    bent({ end64: { directoryOffset: 1n << 60n } }),
  ),
  "out-of-bounds": cells.caught(
    "a local header behind the file",
    member({ central: { offset: 9_999 } }),
  ),
  overlap: cells.caught("data that reaches into the next member", () =>
    buildZip({
      members: [
        { ...A, central: { compressedSize: 9, size: 9 }, local: { compressedSize: 9, size: 9 } },
        B,
      ],
    }),
  ),
  gap: cells.caught("bytes between members", member({ gap: new Uint8Array(3) })),
  duplicate: cells.caught("a name twice", member({ name: "a" })),
  ambiguous: cells.caught("two names of one member", member({ local: { name: "c" } })),
  limit: cells.caught(
    "more members than allowed",
    bent({}),
    codesOf((size) => readZip(size, { members: 1 })),
  ),
  unsupported: cells.caught("PPMd, method 98", member({ method: 98 })),
  encrypted: cells.caught("an encrypted member", member({ flags: 1 })),
  checksum: cells.caught("another sum", member({ local: { crc32: 1 }, central: { crc32: 1 } })),
});
