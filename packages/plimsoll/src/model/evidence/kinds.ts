import { sniff, type ByteSource, type Sniffed } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";

/** A file with what its first bytes say it is; its name is only a claim. */
export type FileKind = {
  readonly file: SnapshotFile;
  /** Every format that the first bytes match, surest first. */
  readonly formats: readonly Sniffed[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** What each file is, by its first bytes. Files that cannot be listed or opened are unread. */
    readonly kinds: readonly FileKind[];
  }
}

/** Bytes at the start of a file that tell its format; tar keeps its mark at 257, HTML after its preamble. */
const HEAD_BYTES = 4096;

export default defineEvidence({
  name: "kinds",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const value: FileKind[] = [];
    const unreads: Unread[] = [...snapshot.unread];
    for (const file of snapshot.files) {
      const read = readWith(file, (source) => {
        const formats = [
          ...sniff(source.read(0, Math.min(HEAD_BYTES, source.size)), source.size),
          ...hdf5FurtherOn(source),
        ];
        if (formats.some((one) => one.format === "zip") || !endsAsZip(source)) return formats;
        // Readers of archives look for the directory at the end: whatever comes first, they find it.
        const zip: Sniffed = { format: "zip", confidence: "certain", offset: 0 };
        return [...formats, zip];
      });
      if (read.kind === "unread") unreads.push(read);
      else value.push({ file, formats: read.value });
    }
    return { value, unread: unreads };
  },
});

/** Bytes of the end record, and of the longest comment behind it (APPNOTE 4.3.16). */
const END_BYTES = 22;
const COMMENT_MAX_BYTES = 65_535;

/** True when the end of a file holds the end record of a zip archive whose directory lies before it. */
function endsAsZip(source: ByteSource): boolean {
  const length = Math.min(source.size, END_BYTES + COMMENT_MAX_BYTES);
  const start = source.size - length;
  const tail = Buffer.from(source.read(start, length));
  for (
    let at = tail.lastIndexOf("PK\u0005\u0006");
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf("PK\u0005\u0006", at - 1)
  ) {
    if (at + END_BYTES > tail.length) continue;
    const oneDisk = tail.readUInt16LE(at + 4) === 0 && tail.readUInt16LE(at + 6) === 0;
    const size = tail.readUInt32LE(at + 12);
    if (oneDisk && (size === 0xffffffff || size <= start + at)) return true;
  }
  return false;
}

const HDF5_MARK = Buffer.from("894844460d0a1a0a", "hex");

/** HDF5 may begin at 0, 512, 1,024 and so on, doubling (HDF5 file format, III.A); the head shows the first few. */
function hdf5FurtherOn(source: ByteSource): Sniffed[] {
  for (let at = HEAD_BYTES; at + HDF5_MARK.length <= source.size; at *= 2) {
    if (HDF5_MARK.equals(source.read(at, HDF5_MARK.length))) {
      return [{ format: "hdf5", confidence: "certain", offset: at }];
    }
  }
  return [];
}
