import { Budget, memberSource, sniff, SNIFF_BYTES, type Sniffed } from "@plimsoll/formats";

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
            const head = content.read(0, Math.min(SNIFF_BYTES, content.size));
            const formats = sniff(head, content.size);
            // NumPy reads every member that begins as an array of its own, whatever PyTorch takes it for.
            const isArray = formats.some((one) => one.format === "npy");
            const isStorage = !isArray && isTorchStorage(archive, member.name, keys);
            value.push({ ...named, formats: isStorage ? [] : formats, isStorage });
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
