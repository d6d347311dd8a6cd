import { FormatError } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { decodeText } from "../decode-text.ts";
import { readWith } from "../read.ts";
import { isVocabularyName } from "../vocabulary/names.ts";
import type { FileKind } from "./kinds.ts";

/** A file of text that people write and loaders carry along. */
export type TextFile = { readonly file: string; readonly base: string; readonly text: string };

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every text file but vocabularies: cards, licences, configurations, scripts, data. */
    readonly texts: readonly TextFile[];
  }
}

/** Bytes of one text file that are searched; a larger one is unread, never searched in part. */
const TEXT_MAX_BYTES = 16_777_216;

/** Bytes of all text files of one model: memory that a data set must not take (CWE-770). */
const TEXT_MAX_TOTAL_BYTES = 134_217_728;

/** Lists of word pieces are left out: their limits are said by the checks that search texts. */
const TEXT_FORMATS = new Set(["text", "json", "html", "utf-16", "script", "lfs-pointer"]);

export default defineEvidence({
  name: "texts",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: TextFile[] = [];
    const unreads: Unread[] = [];
    let total = 0;
    for (const kind of kinds) {
      if (!isText(kind)) {
        if (isCalledText(kind)) unreads.push(unread(kind.file.path, NOT_TEXT));
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

/** Endings under which people and tools keep text. */
const TEXT_NAME =
  /\.(?:txt|md|markdown|rst|csv|tsv|json|jsonl|ndjson|ya?ml|toml|ini|cfg|conf|env|log|xml|html?|py|sh|ipynb|sql)$/u;

const NOT_TEXT = "bad-encoding: it is called a text and is neither UTF-8 nor UTF-16";

/** A text in an older encoding, or no text at all: either way nobody here can read its words. */
function isCalledText({ file }: FileKind): boolean {
  return file.size > 0 && TEXT_NAME.test(file.base) && !isVocabularyName(file.base);
}

function isText({ file, formats }: FileKind): boolean {
  return !isVocabularyName(file.base) && formats.some((one) => TEXT_FORMATS.has(one.format));
}
