import { FormatError, type ByteSource } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import type { Content } from "../contents/content.ts";
import { readContents } from "../contents/read-again.ts";
import { decodeText } from "../decode-text.ts";
import type { ModelSubject } from "../subject.ts";
import { isCalledText, isText, NOT_TEXT, TEXT_MAX_BYTES } from "../text-names.ts";

/** A text within an archive or a compressed file. */
export type PackedText = {
  readonly file: string;
  readonly member: string;
  readonly base: string;
  /** Bytes of the text as it is stored. */
  readonly size: number;
  readonly isWide: boolean;
  readonly text: string;
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every text within archives and compressed files but vocabularies, as `texts` has those beside them. */
    readonly "packed-texts": readonly PackedText[];
  }
}

/** Bytes of all packed texts of one model: source archives have thousands (CWE-770). */
const PACKED_TEXT_MAX_TOTAL_BYTES = 67_108_864;

export default defineEvidence({
  name: "packed-texts",
  needs: ["contents"],
  provide: ({ contents }, { snapshot }: ModelSubject) => {
    const value: PackedText[] = [];
    const unreads: Unread[] = [];
    let total = 0;
    const read = (content: Content, source: ByteSource): void => {
      if (content.size > TEXT_MAX_BYTES)
        throw FormatError.limit("TEXT_MAX_BYTES", TEXT_MAX_BYTES, 0);
      total += content.size;
      if (total > PACKED_TEXT_MAX_TOTAL_BYTES) {
        const limit = PACKED_TEXT_MAX_TOTAL_BYTES;
        throw FormatError.limit("PACKED_TEXT_MAX_TOTAL_BYTES", limit, 0);
      }
      const { file, member, base, size, formats } = content;
      const isWide = formats.some(({ format }) => format === "utf-16");
      const text = decodeText(source.read(0, size));
      value.push({ file, member, base, size, isWide, text });
    };
    for (const { file, member, base, size, formats } of contents.entries) {
      const isMissing = !isText(base, formats) && isCalledText(base, size);
      if (isMissing) unreads.push(unread(file, NOT_TEXT, { member }));
    }
    const texts = contents.entries.filter(({ base, formats }) => isText(base, formats));
    return { value, unread: [...unreads, ...readContents(snapshot, texts, read)] };
  },
});
