import { FormatError, jsonMember, jsonObject, parseJson, type JsonValue } from "@plimsoll/formats";

import type { Json } from "../../../kernel/json.ts";
import { listOf, textOf } from "../../../model/front-matter.ts";
import type { NamedText } from "../../../model/named-texts.ts";
import { readYaml } from "../../../model/yaml-json.ts";
import { member } from "./model-index.ts";
import { figureOf, STATED_MAX_RESULTS, type StatedResult } from "./record.ts";

/** What a file of results states, or why it cannot be read. */
export type FileResults =
  | { readonly kind: "read"; readonly results: readonly StatedResult[] }
  | { readonly kind: "bad"; readonly reason: string };

/** True for the names under which trainers, harnesses and the hub store results. */
export function isResultsFile(path: string): boolean {
  const parts = path.toLowerCase().split("/");
  const base = parts.at(-1) ?? "";
  if (parts.at(-2) === ".eval_results") return /\.ya?ml$/u.test(base);
  return (
    base === "eval_results.json" ||
    base === "all_results.json" ||
    base === "test_results.json" ||
    base === "predict_results.json" ||
    (base.startsWith("results_") && base.endsWith(".json"))
  );
}

/** Reads one file of results by the layout that its name says. */
export function readResults(file: NamedText): FileResults {
  if (!file.base.endsWith(".json")) return hubResults(file);
  const parsed = parsedJson(file.text);
  if (typeof parsed === "string") return { kind: "bad", reason: parsed };
  const harness = jsonObject(jsonMember(parsed.value, "results"));
  if (harness !== undefined) return { kind: "read", results: harnessResults(file.file, harness) };
  if (file.base.startsWith("results_")) {
    return { kind: "bad", reason: "results in a layout that is not known" };
  }
  return { kind: "read", results: trainerResults(file.file, parsed.value) };
}

function parsedJson(text: string): { readonly value: JsonValue } | string {
  try {
    return parseJson(text);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/**
 * `.eval_results/*.yaml`: a list of `{dataset: {id, task_id}, value}`. The metric is the one that the task
 * of the data set fixes, so the task stands for it.
 * @see https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/eval-results.md, read 2026-11-25
 */
function hubResults({ file, text }: NamedText): FileResults {
  const document = readYaml(text);
  if (document.kind === "bad") return document;
  const entries = listOf(document.value);
  if (entries === undefined) return { kind: "bad", reason: "not a list of results" };
  const results = entries.slice(0, STATED_MAX_RESULTS).map((entry: Json): StatedResult => ({
    data: textOf(member(entry, "dataset", "id")),
    metric: textOf(member(entry, "dataset", "task_id")),
    figure: figureOf(member(entry, "value")),
    at: { file },
  }));
  return { kind: "read", results };
}

/** The harness's layout: `results: {task: {"metric,filter": figure}}`. */
function harnessResults(
  file: string,
  tasks: ReadonlyMap<string, JsonValue>,
): readonly StatedResult[] {
  const results: StatedResult[] = [];
  for (const [task, values] of tasks) {
    for (const [key, value] of jsonObject(values) ?? []) {
      if (results.length >= STATED_MAX_RESULTS) return results;
      const metric = key.split(",")[0] ?? key;
      const figure = figureOf(value);
      if (figure === undefined || /_stderr$|^(?:alias|samples|name)$/u.test(metric)) continue;
      results.push({ data: task, metric, figure, at: { file, member: task.slice(0, 80) } });
    }
  }
  return results;
}

/** Measures of time and size that trainers write among the results. */
const NOT_QUALITY =
  /_(?:runtime|samples|steps|per_second|samples_per_second|steps_per_second|flos|model_preparation_time)$/u;

/** The trainer's layout: flat figures, `eval_accuracy: 0.9`, which name no data. */
function trainerResults(file: string, value: JsonValue): readonly StatedResult[] {
  const results: StatedResult[] = [];
  for (const [key, member] of jsonObject(value) ?? []) {
    const match = /^(?:eval|test|predict)_(\w{1,80})$/u.exec(key);
    const figure = figureOf(member);
    if (match?.[1] === undefined || figure === undefined || NOT_QUALITY.test(key)) continue;
    if (results.length >= STATED_MAX_RESULTS) break;
    results.push({ data: undefined, metric: match[1], figure, at: { file, member: key } });
  }
  return results;
}
