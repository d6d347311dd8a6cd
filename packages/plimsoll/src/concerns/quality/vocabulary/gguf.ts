import type { GgufFile } from "@plimsoll/formats";

import type { FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { GgufModel } from "../../../model/evidence/gguf.ts";
import type { messages } from "./messages.ts";

/** Special tokens that change how text is begun, ended or read when they are wrong. */
const USED = ["bos_token_id", "eos_token_id", "eot_token_id", "unknown_token_id"];

/** A filler that no answer holds. */
const FILLER = "padding_token_id";

/** Lists that run beside the tokens. */
const BESIDE = ["scores", "token_type"];

/** Compares the tokens of a GGUF file with its table, its lists and its special numbers. */
export function* checkGgufVocabulary(
  { file, gguf }: GgufModel,
  finding: FindingFactory<typeof messages>,
): Generator<Finding> {
  const tokens = lengthOf(gguf, "tokens");
  if (tokens === undefined) return;
  const rows = gguf.tensors.find(({ name }) => name === "token_embd.weight")?.dims[1];
  if (rows !== undefined && rows !== tokens) {
    const args = { tokens, rows: rows };
    const place = { file, member: "token_embd.weight" };
    yield finding.caution("gguf-rows", args, place, { remedy: CONVERT });
  }
  for (const key of BESIDE) {
    const entries = lengthOf(gguf, key);
    if (entries === undefined || entries >= tokens) continue;
    const args = { key: `tokenizer.ggml.${key}`, entries, tokens };
    yield finding.caution("gguf-lists", args, { file, member: args.key }, { remedy: CONVERT });
  }
  for (const key of [...USED, FILLER]) {
    const member = `tokenizer.ggml.${key}`;
    const id = gguf.metadata.get(member)?.value;
    if (typeof id !== "number" || id < tokens) continue;
    const args = { key: member, id, tokens };
    if (key === FILLER) yield finding.note("gguf-beyond", args, { file, member });
    else yield finding.caution("gguf-beyond", args, { file, member }, { remedy: CONVERT });
  }
}

const CONVERT = { text: "Take a file that was converted again from the publisher's weights." };

function lengthOf(gguf: GgufFile, key: string): number | undefined {
  const list = gguf.metadata.get(`tokenizer.ggml.${key}`);
  return list?.type === "array" ? list.value.length : undefined;
}
