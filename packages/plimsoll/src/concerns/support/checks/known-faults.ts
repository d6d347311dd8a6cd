import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding, Place } from "../../../kernel/finding.ts";
import { weightFormatOf } from "../../../model/weight-names.ts";
import { askGguf, askJson, matches } from "../symptoms/match.ts";
import { parseFileSymptoms, type FileSymptom } from "../symptoms/schema.ts";

const messages = {
  known: (a: { symptom: string; cause: string }) => `${a.symptom}: ${a.cause}`,
};

export default defineCheck({
  id: "support/known-faults",
  code: "PLM-SUP-004",
  title: "No fault that others have met is in these files",
  why: "Many conversions carry a fault that was found and mended long ago, and nothing in their files says so.",
  source: { url: "https://github.com/ggml-org/llama.cpp/pull/8676", read: "2026-11-25" },
  basis: "read",
  needs: ["configs", "gguf", "kinds"],
  limits: [
    "faults are known by what they leave out or write into a header or a configuration; wrong weights are not seen",
    "the list of known faults is of the day that knowledge/file-symptoms.yaml names",
  ],
  page: {
    detects:
      "Faults that people reported and that show in files: scaling of positions lost in conversion (Llama 3.1, Phi-3, DeepSeek), number types that a family overflows in, a cache that training switched off, names of classes that no release knows. The list with sources is `knowledge/file-symptoms.yaml`; each entry has the symptom, its cause and what mends it.",
    levels: {
      caution: "answers are wrong or slow, or loading fails.",
      note: "only older programs, or some of them, fail.",
    },
    mend: "The finding says what mends it. Most often: take a conversion from after the day the fault was mended, or copy the named setting from the base model.",
  },
  messages,
  *run({ configs, gguf, kinds }, { knowledge }, finding) {
    if (configs.length + gguf.length === 0) return "not-applicable";
    const symptoms = knowledge.read("file-symptoms", parseFileSymptoms);
    for (const { file, gguf: model } of gguf) {
      const asked = askGguf(model);
      for (const symptom of symptoms) {
        if (symptom.on === "gguf" && matches(symptom, asked))
          yield tell(symptom, { file }, finding);
      }
    }
    const weighted = new Set(
      kinds
        .filter(({ file }) => isBesideConfig(weightFormatOf(file.base)))
        .map(({ file }) => folderOf(file.path)),
    );
    for (const { file, base, value } of configs) {
      const asked = askJson(value);
      for (const symptom of symptoms) {
        if (symptom.on !== base || !matches(symptom, asked)) continue;
        if (symptom.weights === true && !weighted.has(folderOf(file))) continue;
        const member = memberOf(symptom);
        yield tell(symptom, { file, member }, finding);
      }
    }
  },
});

/** Weights that only a configuration makes a model of. */
function isBesideConfig(format: ReturnType<typeof weightFormatOf>): boolean {
  return format === "safetensors" || format === "pickle";
}

/** The key that the last condition asks for: the one that is wrong. */
function memberOf({ when }: FileSymptom): string | undefined {
  const last = when.findLast((condition) => "key" in condition);
  return last !== undefined && "key" in last ? last.key : undefined;
}

function tell(
  { id, level, symptom, cause, fix }: FileSymptom,
  place: Place,
  finding: FindingFactory<typeof messages>,
): Finding {
  const text = `${fix.slice(0, 1).toUpperCase()}${fix.slice(1)}.`;
  const args = { id, symptom, cause };
  return finding[level]("known", args, place, { remedy: { text } });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
