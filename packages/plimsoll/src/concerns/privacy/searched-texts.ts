import type { EvidenceTypes } from "../../kernel/evidence.ts";

/** A text in the header of a weight file. */
type HeaderText = { readonly file: string; readonly member: string; readonly text: string };

/** A text in which paths are looked for. */
export type SearchedText = {
  readonly file: string;
  /** Key of a header. */
  readonly member: string | undefined;
  readonly text: string;
  /** True for bytes of which each is taken as a character. */
  readonly isBytes: boolean;
};

/** Everything in which programs leave paths: texts, headers of weights, and beginnings of records. */
export function* searchedTexts(
  evidence: Pick<EvidenceTypes, "texts" | "gguf" | "safetensors" | "remnants">,
): Generator<SearchedText> {
  const { texts, gguf, safetensors, remnants } = evidence;
  for (const { file, text } of texts) yield { file, member: undefined, text, isBytes: false };
  for (const header of headerTexts(gguf, safetensors)) yield { ...header, isBytes: false };
  for (const { file, text } of remnants) {
    if (text !== undefined) yield { file, member: undefined, text, isBytes: true };
  }
}

/** Entries of one list in a header that are looked at; lists of word pieces are no texts (CWE-400). */
const LIST_MAX_ENTRIES = 10_000;

/** Word pieces: nobody wrote them, and there are a quarter million of them. */
const VOCABULARY = "tokenizer.ggml.";

/** Texts that converters and trainers leave in headers of GGUF and safetensors files, without vocabularies. */
function* headerTexts(
  gguf: EvidenceTypes["gguf"],
  safetensors: EvidenceTypes["safetensors"],
): Generator<HeaderText> {
  for (const { file, gguf: model } of gguf) {
    for (const [member, value] of model.metadata) {
      if (value.type === "string") yield { file, member, text: value.value };
      if (value.type !== "array" || value.of !== "string") continue;
      if (member.startsWith(VOCABULARY)) continue;
      let left = LIST_MAX_ENTRIES;
      for (const text of value.value) {
        if (left <= 0) break;
        left -= 1;
        yield { file, member, text };
      }
    }
  }
  for (const { file, header } of safetensors) {
    for (const [member, text] of header.metadata) yield { file, member, text };
  }
}
