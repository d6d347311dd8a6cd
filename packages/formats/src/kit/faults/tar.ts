import type { ByteSource } from "../../source/byte-source.ts";
import { tarMemberSource } from "../../tar/member.ts";
import { readTar } from "../../tar/parse.ts";
import type { TarArchive } from "../../tar/types.ts";
import { base256, buildTar, paxHeader, type TarMemberSpec } from "../tar.ts";
import { CellMaker, codeOfError, codesOf, never, NO_ENCRYPTION, NO_OFFSETS } from "./cells.ts";
import type { Codes, FormatFaults } from "./types.ts";

const A: TarMemberSpec = { name: "a", data: "alpha" };
const B: TarMemberSpec = { name: "b", data: "beta" };

function memberCodes({ members }: TarArchive, source: ByteSource): Codes {
  return members.flatMap((member) => {
    try {
      const content = tarMemberSource(source, member);
      content.read(0, content.size);
      return [];
    } catch (error) {
      return [codeOfError(error)];
    }
  });
}

const cells = new CellMaker(
  codesOf((size) => readTar(size), memberCodes),
  () => buildTar([A, B]),
);
const bent = (change: Partial<TarMemberSpec>) => (): Uint8Array =>
  buildTar([A, { ...B, ...change }]);

/** Tar archives: headers of every kind, and the content of members. */
export const TAR_FAULTS: FormatFaults = cells.table("tar", "headers, members", {
  truncated: cells.caught("data that end early", () => buildTar([A, B]).slice(0, 1_538)),
  "bad-magic": cells.caught("no header at the beginning", () => new Uint8Array(600).fill(1)),
  "bad-version": never("readers do not look at the version of a header"),
  "bad-field": cells.caught("a size that is no number", bent({ fields: { size: "fourteen" } })),
  "bad-encoding": cells.caught(
    "a name that is no UTF-8",
    bent({ name: Uint8Array.of(0x61, 0xff) }),
  ),
  overflow: cells.caughtAs(
    "bad-field",
    "a size beyond 2^53",
    bent({ fields: { size: base256(2 ** 60) } }),
  ),
  "out-of-bounds": cells.caughtAs(
    "truncated",
    "a size beyond the file",
    bent({ fields: { size: base256(99_999) } }),
  ),
  overlap: NO_OFFSETS,
  gap: cells.caught("bytes behind the end", () =>
    buildTar([A, B], new Uint8Array(10_240).fill(7, 1_024)),
  ),
  duplicate: cells.caught("a name twice, of which unpacking takes the last", bent({ name: "a" })),
  ambiguous: cells.caught("two headers that name one member", () =>
    buildTar([paxHeader({ path: "x" }), paxHeader({ path: "y" }), A]),
  ),
  limit: cells.caught(
    "more members than allowed",
    bent({}),
    codesOf((size) => readTar(size, { members: 1 })),
  ),
  unsupported: cells.caught("a sparse file", bent({ type: "S" })),
  encrypted: NO_ENCRYPTION,
  checksum: cells.caught("a header with another sum", bent({ fields: { checksum: "000001\0 " } })),
});
