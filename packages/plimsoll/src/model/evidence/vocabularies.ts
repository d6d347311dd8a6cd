import {
  decodeUtf8,
  FormatError,
  parseJson,
  readSentencePiece,
  readTekken,
  readTiktoken,
  runSync,
  type ByteSource,
  type Parsed,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import { vocabularyOfList, vocabularyOfVocabJson } from "../vocabulary/lists.ts";
import { isTekkenName } from "../vocabulary/names.ts";
import { vocabularyOfTekken, vocabularyOfTiktoken } from "../vocabulary/ranked.ts";
import { vocabularyOfSentencePiece } from "../vocabulary/sentencepiece.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import type { FileKind } from "./kinds.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every vocabulary in a file of its own: SentencePiece, Tekken, tiktoken; vocab.json and vocab.txt where no tokenizer.json is beside them. */
    readonly vocabularies: readonly Vocabulary[];
  }
}

/** Bytes of one vocabulary. The largest in use have some 35 MB; more is an attack on memory (CWE-770). */
const VOCABULARY_MAX_BYTES = 134_217_728;

/** Vocabularies of one model: a folder of a thousand of them is an attack on time (CWE-400). */
const VOCABULARY_MAX_FILES = 64;

type Read = (source: ByteSource) => { vocabulary: Vocabulary | undefined; parsed: Parsed<unknown> };

export default defineEvidence({
  name: "vocabularies",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: Vocabulary[] = [];
    const unreads: Unread[] = [];
    const fast = new Set(
      kinds.flatMap(({ file }) => (file.base === "tokenizer.json" ? [folderOf(file.path)] : [])),
    );
    let count = 0;
    for (const kind of kinds) {
      const read = readerFor(kind, fast);
      if (read === undefined) continue;
      const { file } = kind;
      count += 1;
      if (count > VOCABULARY_MAX_FILES) {
        const reason = `limit VOCABULARY_MAX_FILES (${VOCABULARY_MAX_FILES}) reached`;
        unreads.push(unread(file.path, reason));
        continue;
      }
      const result = readWith(file, (source) => {
        if (source.size > VOCABULARY_MAX_BYTES) {
          throw FormatError.limit("VOCABULARY_MAX_BYTES", VOCABULARY_MAX_BYTES, 0);
        }
        return read(source);
      });
      if (result.kind === "unread") {
        unreads.push(result);
        continue;
      }
      const { vocabulary, parsed } = result.value;
      if (vocabulary !== undefined) value.push(vocabulary);
      unreads.push(...unreadOfParsed(file.path, parsed));
    }
    return { value, unread: unreads };
  },
});

/** How a file is read as a vocabulary; undefined when it is none. */
function readerFor({ file, formats }: FileKind, fast: ReadonlySet<string>): Read | undefined {
  const has = (format: string): boolean => formats.some((one) => one.format === format);
  if (file.size === 0 || has("lfs-pointer")) return undefined;
  if (has("sentencepiece")) return (source) => readPieces(file, source);
  if (has("tiktoken") || file.base.endsWith(".tiktoken")) {
    return (source) => {
      const parsed = readTiktoken(textOf(source));
      return { vocabulary: vocabularyOfTiktoken(file.path, parsed.value), parsed };
    };
  }
  if (isTekkenName(file.base)) {
    return (source) => {
      const parsed = readTekken(parseJson(textOf(source)).value);
      return { vocabulary: vocabularyOfTekken(file.path, parsed.value), parsed };
    };
  }
  if (fast.has(folderOf(file.path)) || !has("text")) return undefined;
  if (file.base === "vocab.json") {
    return (source) => {
      const parsed = parseJson(textOf(source));
      // A repeated token is the vocabulary's affair, and every loader takes the last.
      const quiet = { ...parsed, faults: [] };
      return { vocabulary: vocabularyOfVocabJson(file.path, parsed.value), parsed: quiet };
    };
  }
  if (file.base !== "vocab.txt") return undefined;
  return (source) => {
    const lines = textOf(source).split(/\r?\n/u);
    if (lines.at(-1) === "") lines.pop();
    const parsed = { value: lines, faults: [], complete: true, unclaimed: [] };
    return { vocabulary: vocabularyOfList(file.path, "vocab.txt", lines), parsed };
  };
}

function readPieces(file: SnapshotFile, source: ByteSource): ReturnType<Read> {
  const parsed = runSync(readSentencePiece(source.size), source);
  return { vocabulary: vocabularyOfSentencePiece(file, parsed.value), parsed };
}

function textOf(source: ByteSource): string {
  return decodeUtf8(source.read(0, source.size));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
