import type { GgufFile } from "@plimsoll/formats";

import type { FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { GgufModel } from "../../../model/evidence/gguf.ts";
import type { messages } from "./messages.ts";
import type { EngineReach } from "./schema.ts";

type Say = FindingFactory<typeof messages>;

const UPDATE = {
  text: "Update the engine; if it is the newest, take another engine or another conversion.",
};
const AGAIN = { text: "Take a file that was converted again with a current llama.cpp." };

/** Characters of a name from a file in a message. */
const NAME_MAX_CHARS = 60;

/** What in a GGUF file llama.cpp of a known date would stop at. */
export function* checkGgufReach(
  { file, gguf }: GgufModel,
  { llama_cpp: known }: EngineReach,
  finding: Say,
): Generator<Finding> {
  if (gguf.byteOrder === "big") {
    yield finding.caution("byte-order", undefined, { file }, { remedy: AGAIN });
  }
  const asOf = known.as_of;
  const architecture = stringOf(gguf, "general.architecture");
  const isKnown = architecture === undefined || known.architectures.has(architecture);
  if (!isKnown && !known.elsewhere.has(architecture)) {
    const args = { name: cut(architecture), asOf };
    const place = { file, member: "general.architecture" };
    yield finding.caution("architecture", args, place, { remedy: UPDATE });
  }
  yield* checkVocabulary(file, gguf, known, finding);
  for (const { type, name, instead } of known.removed) {
    const count = gguf.tensors.filter(({ typeId }) => typeId === type).length;
    if (count === 0) continue;
    const remedy = { text: `Take a file in ${instead}; engines rearrange it themselves.` };
    yield finding.caution("removed", { name, instead, count }, { file }, { remedy });
  }
}

function* checkVocabulary(
  file: string,
  gguf: GgufFile,
  known: EngineReach["llama_cpp"],
  finding: Say,
): Generator<Finding> {
  const kind = stringOf(gguf, "tokenizer.ggml.model");
  const rules = stringOf(gguf, "tokenizer.ggml.pre");
  if (kind === undefined) return;
  if (!known.tokenizers.has(kind)) {
    const args = { name: cut(kind), asOf: known.as_of };
    const place = { file, member: "tokenizer.ggml.model" };
    yield finding.caution("tokenizer", args, place, { remedy: UPDATE });
  }
  if (!known.merges_needed.has(kind)) return;
  if (!gguf.metadata.has("tokenizer.ggml.merges")) {
    const place = { file, member: "tokenizer.ggml.merges" };
    yield finding.caution("merges", { kind }, place, { remedy: AGAIN });
  }
  // Rules that are missing, or called default, are told by the check that asks whether text is cut as in training.
  if (kind !== "gpt2" || rules === undefined || rules === "") return;
  if (known.pre_tokenizers.has(rules)) return;
  const args = { name: cut(rules), asOf: known.as_of };
  const place = { file, member: "tokenizer.ggml.pre" };
  yield finding.caution("pre-tokenizer", args, place, { remedy: UPDATE });
}

function stringOf({ metadata }: GgufFile, key: string): string | undefined {
  const value = metadata.get(key);
  return value?.type === "string" ? value.value : undefined;
}

function cut(name: string): string {
  return name.length > NAME_MAX_CHARS ? `${name.slice(0, NAME_MAX_CHARS)}…` : name;
}
