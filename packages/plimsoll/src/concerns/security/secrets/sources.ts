import type { EvidenceTypes } from "../../../kernel/evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { openPlaces } from "../../../text/places.ts";

/** One text that is searched, with the way from its characters back to the file. */
export type SearchedText = {
  readonly kind: "text";
  readonly file: string;
  readonly member?: string | undefined;
  /** Lower-case name of the file; empty for a text in a header. */
  readonly base: string;
  readonly text: string;
  readonly placeOf: (index: number) => {
    readonly line: number | undefined;
    readonly offset: number | undefined;
  };
};

/** Every text file. */
export function plainTexts(
  texts: EvidenceTypes["texts"],
  kinds: EvidenceTypes["kinds"],
): readonly SearchedText[] {
  const kindOf = new Map(kinds.map((kind) => [kind.file.path, kind]));
  return texts.map(({ file, base, text }) => {
    const kind = kindOf.get(file);
    const isWide = kind?.formats.some(({ format }) => format === "utf-16") ?? false;
    const encoded = kind === undefined ? undefined : { size: kind.file.size, isWide };
    return { kind: "text", file, base, text, placeOf: openPlaces(text, encoded) };
  });
}

/** Every text within an archive or a compressed file; offsets are those within it. */
export function packedTexts(texts: EvidenceTypes["packed-texts"]): readonly SearchedText[] {
  return texts.map(({ file, member, base, text, size, isWide }) => {
    const placeOf = openPlaces(text, { size, isWide });
    return { kind: "text", file, member, base, text, placeOf };
  });
}

/** Entries of one list in a header that are searched; lists of word pieces are not texts (CWE-400). */
const LIST_MAX_ENTRIES = 10_000;

/** Word pieces: nobody wrote them, and there are a quarter million of them. */
const VOCABULARY = "tokenizer.ggml.";

/** Every text in the headers of GGUF files, but vocabularies; a key that is repeated counts each time. */
export function* headerTexts(gguf: EvidenceTypes["gguf"]): Generator<SearchedText | Unread> {
  for (const { file, gguf: model } of gguf) {
    const repeated = model.repeated.map(({ key, value }) => [key, value] as const);
    for (const [key, value] of [...model.metadata, ...repeated]) {
      if (value.type === "string") yield headerText(file, key, value.value, value.offset);
      if (value.type !== "array" || value.of !== "string" || key.startsWith(VOCABULARY)) continue;
      let index = 0;
      for (const text of value.value) {
        if (index >= LIST_MAX_ENTRIES) break;
        yield headerText(file, `${key}[${index}]`, text, undefined);
        index += 1;
      }
      if (value.value.length > LIST_MAX_ENTRIES) {
        const reason = `limit LIST_MAX_ENTRIES (${LIST_MAX_ENTRIES}) reached`;
        yield unread(file, reason, { member: key });
      }
    }
  }
}

function headerText(
  file: string,
  member: string,
  text: string,
  offset: number | undefined,
): SearchedText {
  const inText = openPlaces(text, { size: Buffer.byteLength(text), isWide: false });
  return {
    kind: "text",
    file,
    member,
    base: "",
    text,
    placeOf: (index) => {
      const place = inText(index);
      const isKnown = offset !== undefined && place.offset !== undefined;
      return {
        // Lines of one long text help; a value of one line has none worth telling.
        line: text.includes("\n") ? place.line : undefined,
        offset: isKnown ? offset + place.offset : undefined,
      };
    },
  };
}
