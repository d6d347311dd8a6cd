import { FormatError } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { decodeText } from "../decode-text.ts";
import { readWith } from "../read.ts";
import { isCalledText, isText, NOT_TEXT, TEXT_MAX_BYTES } from "../text-names.ts";

/** A file of text that people write and loaders carry along. */
export type TextFile = { readonly file: string; readonly base: string; readonly text: string };

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every text file but vocabularies: cards, licences, configurations, scripts, data. */
    readonly texts: readonly TextFile[];
  }
}

/** Bytes of all text files of one model: memory that a data set must not take (CWE-770). */
const TEXT_MAX_TOTAL_BYTES = 134_217_728;

export default defineEvidence({
  name: "texts",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: TextFile[] = [];
    const unreads: Unread[] = [];
    let total = 0;
    for (const kind of kinds) {
      const { base, size } = kind.file;
      if (!isText(base, kind.formats)) {
        if (isCalledText(base, size)) unreads.push(unread(kind.file.path, NOT_TEXT));
        continue;
      }
      total += kind.file.size;
      if (total > TEXT_MAX_TOTAL_BYTES) {
        const reason = `limit TEXT_MAX_TOTAL_BYTES (${TEXT_MAX_TOTAL_BYTES}) reached`;
        unreads.push(unread(kind.file.path, reason));
        continue;
      }
      const text = readWith(kind.file, (source) => {
        if (source.size > TEXT_MAX_BYTES) {
          throw FormatError.limit("TEXT_MAX_BYTES", TEXT_MAX_BYTES, 0);
        }
        return decodeText(source.read(0, source.size));
      });
      if (text.kind === "unread") unreads.push(text);
      else value.push({ file: kind.file.path, base: kind.file.base, text: text.value });
    }
    return { value, unread: unreads };
  },
});
