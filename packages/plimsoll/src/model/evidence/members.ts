import {
  Budget,
  memberSource,
  sniffSource,
  type ByteSource,
  type Sniffed,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { readWith, unreadOf } from "../read.ts";
import { storageKeys } from "../torch-storages.ts";
import { isTorchStorage, torchPickleName, type ArchiveFile } from "./archives.ts";

/** One member of an archive with what its first bytes say it is. */
export type MemberKind = {
  /** The archive. */
  readonly file: string;
  readonly member: string;
  /** Lower-case last part of the member's name. */
  readonly base: string;
  /** Bytes after decompression. */
  readonly size: number;
  readonly formats: readonly Sniffed[];
  /** True for raw tensor bytes of a PyTorch archive. */
  readonly isStorage: boolean;
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What each member of each archive is. */
    readonly members: readonly MemberKind[];
  }
}

export default defineEvidence({
  name: "members",
  needs: ["archives", "pickles"],
  provide: ({ archives, pickles }) => {
    const value: MemberKind[] = [];
    const unreads: Unread[] = [];
    for (const archive of archives) {
      const pickle = pickles.find(
        ({ file, member }) => file === archive.file.path && member === torchPickleName(archive),
      );
      const keys = storageKeys(pickle?.streams ?? []);
      const read = readWith(archive.file, (source) => {
        const budget = new Budget();
        for (const member of archive.archive.members) {
          if (member.isDirectory) continue;
          const named = describe(archive, member.name, member.size);
          try {
            const content = memberSource(source, member, budget);
            // NumPy reads every member that begins as an array of its own, whatever PyTorch takes it for.
            const isStorage = isTorchStorage(archive, member.name, keys) && !isArray(content);
            value.push({ ...named, formats: isStorage ? [] : sniffSource(content), isStorage });
          } catch (error) {
            unreads.push(unreadOf(archive.file.path, error, member.name));
          }
        }
      });
      if (read.kind === "unread") unreads.push(read);
    }
    return { value, unread: unreads };
  },
});

function describe(
  archive: ArchiveFile,
  member: string,
  size: number,
): Pick<MemberKind, "file" | "member" | "base" | "size"> {
  const base = member.slice(member.lastIndexOf("/") + 1).toLowerCase();
  return { file: archive.file.path, member, base, size };
}

/** The mark of a NumPy array (numpy/lib/format.py, magic). */
const NPY_MARK = Buffer.from("\u0093NUMPY", "latin1");

function isArray(content: ByteSource): boolean {
  return NPY_MARK.equals(content.read(0, Math.min(NPY_MARK.length, content.size)));
}
