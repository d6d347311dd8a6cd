import {
  jsonArray,
  jsonInteger,
  jsonMember,
  jsonNumber,
  jsonObject,
  jsonString,
  type JsonValue,
} from "@plimsoll/formats";

import type { Known } from "./shape.ts";

/** What the configuration of an adapter says. */
export type AdapterConfig = {
  readonly file: string;
  /** `LORA`, `IA3`, `lora`: as written, in any case; empty where it is not said. */
  readonly kind: string;
  readonly rank: Known;
  /** Ranks of modules that have one of their own. */
  readonly otherRanks: readonly number[];
  readonly alpha: Known;
  /** Ends of the names of adapted modules; unknown where they are a pattern, "all linear", or not said. */
  readonly targets: readonly string[] | "unknown";
  /** The model that it adapts, as written. */
  readonly base: string | undefined;
};

/** Modules and patterns in one configuration: real ones name a few dozen (CWE-400). */
const LIST_MAX = 10_000;

/**
 * Reads `adapter_config.json`.
 * @see https://github.com/huggingface/peft/blob/5d602fdbff04c33c1c4de55cda9d4ae1d7cb7e40/src/peft/tuners/lora/config.py, read 2026-11-25
 */
export function readAdapterConfig(file: string, value: JsonValue): AdapterConfig {
  const alpha = jsonNumber(jsonMember(value, "lora_alpha"));
  const base = jsonString(jsonMember(value, "base_model_name_or_path"))?.trim();
  return {
    file,
    kind: jsonString(jsonMember(value, "peft_type")) ?? "",
    rank: jsonInteger(jsonMember(value, "r")) ?? "unknown",
    otherRanks: patternRanks(value),
    alpha: alpha ?? "unknown",
    targets: targetsOf(value),
    base: base === "" ? undefined : base,
  };
}

/** Modules beside the named targets: `modules_to_save` and single parameters have weights in the file too. */
function targetsOf(value: JsonValue): readonly string[] | "unknown" {
  const targets = texts(value, "target_modules");
  if (targets === undefined || targets.length === 0) return "unknown";
  return [
    ...targets,
    ...(texts(value, "modules_to_save") ?? []),
    ...(texts(value, "target_parameters") ?? []),
  ];
}

function texts(value: JsonValue, name: string): readonly string[] | undefined {
  const list = jsonArray(jsonMember(value, name))?.slice(0, LIST_MAX);
  const found = list?.flatMap((item) => jsonString(item) ?? []);
  return found?.length === list?.length ? found : undefined;
}

function patternRanks(value: JsonValue): readonly number[] {
  const pattern = jsonObject(jsonMember(value, "rank_pattern"));
  return [...(pattern?.values() ?? [])].slice(0, LIST_MAX).flatMap((one) => jsonInteger(one) ?? []);
}
