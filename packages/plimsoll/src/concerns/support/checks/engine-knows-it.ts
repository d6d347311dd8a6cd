import { jsonMember, jsonString } from "@plimsoll/formats";

import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import { weightFormatOf } from "../../../model/weight-names.ts";
import { checkGgufReach } from "../engines/gguf.ts";
import { messages } from "../engines/messages.ts";
import { parseEngineReach, type EngineReach } from "../engines/schema.ts";

export default defineCheck({
  id: "support/engine-knows-it",
  code: "PLM-SUP-002",
  title: "Engines know this kind of model",
  why: "An engine that is older than a model stops with a message that does not say so.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-arch.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "gguf", "configs"],
  limits: [
    "what your own engine knows is not asked: names are compared with llama.cpp and transformers of the day in knowledge/engine-reach.yaml",
    "that an engine knows a name does not mean that it has every part of the model",
  ],
  page: {
    detects:
      "Names in the files that an engine must know: architecture, kind of vocabulary, rules that cut text and tensor types of GGUF files, `model_type` of config.json beside weights; files from before GGUF, and files in another byte order. They are held against lists taken from llama.cpp and transformers (`knowledge/engine-reach.yaml`, with date).",
    levels: {
      caution:
        "the engines of that day stop: the message that they give is quoted, so that you find it again.",
    },
    mend: "Update the engine first. If the newest stops too, the model needs another engine, a fork named on its card, or code of its own; a removed tensor type or an old container needs another file.",
  },
  messages,
  *run({ kinds, gguf, configs }, { knowledge }, finding) {
    const reach = knowledge.read("engine-reach", parseEngineReach);
    for (const model of gguf) yield* checkGgufReach(model, reach, finding);
    for (const { file, formats } of kinds) {
      const isOld = formats[0]?.format === "ggml-old";
      // One called .gguf is told as what it is not.
      if (!isOld || file.base.endsWith(".gguf")) continue;
      const name = file.base.slice(0, 120);
      yield finding.caution("old-container", { name }, { file: file.path }, { remedy: NEWER });
    }
    const weighted = new Set(
      kinds
        .filter(({ file }) => /^(?:safetensors|pickle)$/u.test(weightFormatOf(file.base) ?? ""))
        .map(({ file }) => folderOf(file.path)),
    );
    for (const config of configs) {
      if (config.base !== "config.json" || !weighted.has(folderOf(config.file))) continue;
      yield* checkModelType(config, reach, finding);
    }
  },
});

const NEWER = { text: "Take the same model in GGUF." };
const UPDATE = {
  text: "Update transformers, or read the card for the program that this model needs.",
};

function* checkModelType(
  { file, value }: ConfigFile,
  { transformers }: EngineReach,
  finding: FindingFactory<typeof messages>,
): Generator<Finding> {
  // Code beside the model tells transformers what it does not know; whether to run it is asked elsewhere.
  if (jsonMember(jsonMember(value, "auto_map"), "AutoConfig") !== undefined) return;
  const name = jsonString(jsonMember(value, "model_type"));
  const place = { file, member: "model_type" };
  if (name === undefined) {
    const isTransformers = jsonMember(value, "architectures") !== undefined;
    if (isTransformers) yield finding.caution("no-model-type", { file }, place, { remedy: COPY });
  } else if (!transformers.model_types.has(name)) {
    const args = { name: name.slice(0, 60), version: transformers.version };
    yield finding.caution("model-type", args, place, { remedy: UPDATE });
  }
}

const COPY = { text: "Add model_type as the base model's config.json has it." };

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
