import { jsonInteger, jsonMember, type JsonValue } from "@plimsoll/formats";

import { formatCount } from "../../../kernel/units.ts";
import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import type { GgufModel } from "../../../model/evidence/gguf.ts";
import { chatUnits } from "../chat-units.ts";
import { missingOf, ropeOfConfig, ropeOfGguf, type RopeScaling } from "../rope.ts";
import { parseChatModelFacts } from "../schema.ts";

const messages = {
  incomplete: (a: { file: string; missing: string }) =>
    `${a.file} stretches positions for a longer context without saying the ${a.missing}: engines refuse it or leave it away`,
  undeclared: (a: { file: string; type: string }) =>
    `${a.file} says nothing of the scaling (${a.type}) that config.json beside it declares: long texts lose their sense`,
  stretched: (a: { file: string; type: string; context: number; original: number }) =>
    `your context of ${figure(a.context)} tokens lies beyond the ${figure(a.original)} of ${a.file} before scaling (${a.type}): an engine that does not apply it answers nonsense there`,
  "tokenizer-shorter": (a: { file: string; limit: number; context: number }) =>
    `${a.file} calls ${figure(a.limit)} tokens the most a text may have, less than your context of ${figure(a.context)}: programs that go by it warn, or cut your text`,
};

export default defineCheck({
  id: "ease/context",
  code: "PLM-EAS-008",
  title: "A long context is declared whole",
  why: "Past its trained length a model answers nonsense unless positions are scaled, and only declared scaling is applied.",
  source: {
    url: "https://pypi.org/project/transformers/5.24.0/#transformers/modeling_rope_utils.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates", "tokenizers", "gguf", "configs"],
  limits: [
    "that your context goes beyond what the model was trained for is told by PLM-RES-001",
    "scaling that was left out of every file is not seen",
  ],
  page: {
    detects:
      "What config.json (`rope_scaling`, `rope_parameters`) and GGUF files (`rope.scaling.*`) declare about positions beyond the trained ones, and the limit that tokenizer_config.json states, are held against each other and against the context in your setting.",
    levels: {
      caution:
        "scaling is declared without its kind or its factor, or a GGUF file leaves out what config.json beside it declares.",
      note: "your context needs the declared scaling, or is longer than the tokenizer's own limit.",
    },
    mend: "Lower `context` in plimsoll.yaml below the length before scaling, or use an engine that applies it. A GGUF file that says nothing: convert it again.",
  },
  messages,
  *run(evidence, { setting, knowledge }, finding) {
    const { configs, gguf } = evidence;
    const units = chatUnits(evidence, knowledge.read("chat-models", parseChatModelFacts));
    if (units.length === 0) return "not-applicable";
    const files = new Set(units.map(({ file }) => file));
    for (const folder of new Set([...files].map((file) => folderOf(file)))) {
      const of = (base: string): ConfigFile | undefined =>
        configs.find(({ file }) => file === folder + base);
      const config = of("config.json");
      const scaling = config === undefined ? undefined : ropeOfConfig(config.value);
      if (config !== undefined && scaling !== undefined) {
        yield* checkScaling(config.file, scaling, setting.context, finding);
      }
      const settings = of("tokenizer_config.json");
      if (settings !== undefined) {
        yield* checkTokenizer(settings, config?.value, setting.context, finding);
      }
      const models = gguf.filter(({ file }) => files.has(file) && folderOf(file) === folder);
      yield* checkGguf(models, scaling, setting.context, finding);
    }
  },
});

type Factory = FindingFactory<typeof messages>;

const REMEDY = { text: "Take the model's configuration from its publisher." };

function* checkScaling(
  file: string,
  scaling: RopeScaling,
  context: number,
  finding: Factory,
): Generator<Finding> {
  const { member, type, original } = scaling;
  const missing = missingOf(scaling);
  if (missing !== undefined) {
    yield finding.caution("incomplete", { file, missing }, { file, member }, { remedy: REMEDY });
  } else if (type !== undefined && original !== undefined && context > original) {
    yield finding.note("stretched", { file, type, context, original }, { file, member });
  }
}

function* checkGguf(
  models: readonly GgufModel[],
  declared: RopeScaling | undefined,
  context: number,
  finding: Factory,
): Generator<Finding> {
  for (const { file, gguf } of models) {
    const scaling = ropeOfGguf(gguf);
    if (scaling !== undefined) yield* checkScaling(file, scaling, context, finding);
    else if (
      declared?.type !== undefined &&
      declared.factor !== undefined &&
      declared.factor !== 1
    ) {
      const remedy = { text: "Take a GGUF file that was converted with this config.json." };
      yield finding.caution("undeclared", { file, type: declared.type }, { file }, { remedy });
    }
  }
}

function* checkTokenizer(
  { file, value }: ConfigFile,
  config: JsonValue | undefined,
  context: number,
  finding: Factory,
): Generator<Finding> {
  const member = "model_max_length";
  const limit = jsonInteger(jsonMember(value, member));
  const trained = jsonInteger(jsonMember(config, "max_position_embeddings"));
  // Where the model itself ends earlier, the check of its memory says so.
  if (limit === undefined || limit <= 0 || limit >= context) return;
  if (trained !== undefined && trained < context) return;
  yield finding.note("tokenizer-shorter", { file, limit, context }, { file, member });
}

function figure(value: number): string {
  return formatCount(value);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
