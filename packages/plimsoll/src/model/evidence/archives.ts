import {
  readZip,
  runSync,
  type FormatError,
  type ZipArchive,
  type ZipMember,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";

/** One zip archive: weights saved by PyTorch, NumPy or Keras, or anything else that was packed. */
export type ArchiveFile = {
  readonly file: SnapshotFile;
  readonly archive: ZipArchive;
  /** Folder of a PyTorch archive, ending in `/`; undefined when it is none. */
  readonly torchRoot: string | undefined;
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /**
     * Every zip archive. One whose directories disagree is unread: two loaders would see different files.
     * Its members are here all the same, so that what they hold is not hidden by the damage.
     */
    readonly archives: readonly ArchiveFile[];
  }
}

export default defineEvidence({
  name: "archives",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: ArchiveFile[] = [];
    const unreads: Unread[] = [];
    for (const { file, formats } of kinds) {
      if (!formats.some((one) => one.format === "zip")) continue;
      const read = readWith(file, (source) => runSync(readZip(source.size), source));
      if (read.kind === "unread") {
        unreads.push(read);
        continue;
      }
      const archive = read.value.value;
      unreads.push(...unreadOfParsed(file.path, read.value));
      for (const member of archive.members) {
        if (!member.unsafeName && !member.isSymlink) continue;
        const reason = member.isSymlink
          ? "a link within an archive"
          : "a name that leaves the folder";
        unreads.push(unread(file.path, reason, { member: member.name }));
      }
      const { faults } = read.value;
      value.push({ file, archive, torchRoot: torchRootOf(archive.members), faults });
    }
    return { value, unread: unreads };
  },
});

/** PyTorch keeps its pickle at `<root>/data.pkl` and each storage's bytes at `<root>/data/<key>`. */
function torchRootOf(members: readonly ZipMember[]): string | undefined {
  const pickle = members.find(({ name }) => /^[^/]+\/data\.pkl$/u.test(name));
  return pickle?.name.slice(0, -"data.pkl".length);
}

/** The pickle of a PyTorch archive, which says what its other members are. */
export function torchPickleName({ torchRoot }: ArchiveFile): string | undefined {
  return torchRoot === undefined ? undefined : `${torchRoot}data.pkl`;
}

/**
 * True for a member that holds raw tensor bytes: PyTorch reads it as numbers and nothing else.
 *
 * Only what the archive's own pickle asks for counts, so that a folder called `data` hides nothing.
 */
export function isTorchStorage(
  { torchRoot }: ArchiveFile,
  member: string,
  keys: ReadonlySet<string>,
): boolean {
  if (torchRoot === undefined) return false;
  const folder = `${torchRoot}data/`;
  return member.startsWith(folder) && keys.has(member.slice(folder.length));
}
