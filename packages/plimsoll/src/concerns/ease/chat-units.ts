import { jsonArray, jsonMember, jsonString, type JsonValue } from "@plimsoll/formats";

import type { ConfigFile } from "../../model/evidence/configs.ts";
import type { GgufModel } from "../../model/evidence/gguf.ts";
import type { TemplateCopy } from "../../model/evidence/templates.ts";
import { belongsTo } from "../../model/templates/tokenizer-of.ts";
import type { TokenizerFacts } from "../../model/tokenizer.ts";
import type { ChatModelFacts } from "./schema.ts";

/** A language model that a loader takes as one: a tokenizer with the templates that go with it. */
export type ChatUnit = {
  /** The file to point at. */
  readonly file: string;
  /** Undefined when a configuration promises a language model and no tokenizer is there. */
  readonly tokenizer: TokenizerFacts | undefined;
  readonly templates: readonly TemplateCopy[];
};

type Evidence = {
  readonly templates: readonly TemplateCopy[];
  readonly tokenizers: readonly TokenizerFacts[];
  readonly gguf: readonly GgufModel[];
  readonly configs: readonly ConfigFile[];
};

/** Finds the language models of a snapshot; empty when it holds none. */
export function chatUnits(evidence: Evidence, facts: ChatModelFacts): readonly ChatUnit[] {
  const units = evidence.tokenizers
    .map((tokenizer) => ({
      file: tokenizer.file,
      tokenizer,
      templates: evidence.templates.filter((copy) => belongsTo(copy, tokenizer, evidence.gguf)),
    }))
    .filter(
      (unit) => unit.templates.length > 0 || isLanguageModel(unit.tokenizer, evidence, facts),
    );
  if (units.length > 0) return units;
  const promised = evidence.configs.find(
    (config) => config.base === "config.json" && generates(config.value, facts) === "yes",
  );
  if (promised === undefined) return [];
  return [{ file: promised.file, tokenizer: undefined, templates: evidence.templates }];
}

function isLanguageModel(
  tokenizer: TokenizerFacts,
  { gguf, configs }: Evidence,
  facts: ChatModelFacts,
): boolean {
  if (tokenizer.kind === "gguf") {
    const metadata = gguf.find((model) => model.file === tokenizer.file)?.gguf.metadata;
    const architecture = metadata?.get("general.architecture");
    const encodes = architecture?.type === "string" && facts.encoders.has(architecture.value);
    // Adapters, projectors and bare vocabularies say that they are no model.
    return !encodes && (metadata?.get("general.type")?.value ?? "model") === "model";
  }
  const folder = folderOf(tokenizer.file);
  const config = configs.find(({ file }) => file === `${folder}config.json`);
  if (config !== undefined) return generates(config.value, facts) !== "no";
  const names = configs.flatMap(({ file, base }) => (folderOf(file) === folder ? [base] : []));
  // A vocabulary without settings is a copy for another loader (Meta's `original/`), unless it is Mistral's own form.
  const isBare =
    tokenizer.vocabulary?.file === tokenizer.file && tokenizer.form !== "tokenizer.json";
  if (isBare) return tokenizer.form === "tekken" && names.includes("params.json");
  // Image pipelines and sentence encoders keep a tokenizer too; these files say what they are.
  return !configs.some(({ base }) => base === "model_index.json" || base === "modules.json");
}

/** What the class names of a configuration say: whether the model continues text. */
function generates(config: JsonValue, facts: ChatModelFacts): "yes" | "no" | "unsaid" {
  const names = (jsonArray(jsonMember(config, "architectures")) ?? [])
    .map((name) => jsonString(name))
    .filter((name) => name !== undefined);
  if (names.length === 0) return "unsaid";
  const ends = (endings: readonly string[]): boolean =>
    names.some((name) => endings.some((ending) => name.endsWith(ending)));
  if (ends(facts.generative)) return "yes";
  const inner = facts.conditional_keys.some((key) => jsonMember(config, key) !== undefined);
  return ends(facts.conditional) && inner ? "yes" : "no";
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
