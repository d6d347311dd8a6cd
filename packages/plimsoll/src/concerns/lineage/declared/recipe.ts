import type { Json, JsonObject } from "../../../kernel/json.ts";
import { listOf, objectOf, ownField, textOf } from "../../../model/front-matter.ts";
import { readYaml } from "../../../model/yaml-json.ts";
import { cutReference } from "./reference.ts";

/** A recipe by which models were merged. */
export type MergeRecipe = {
  readonly file: string;
  /** `slerp`, `ties`, …, as written. */
  readonly method: string;
  /** Every model that goes in, each once, in the order of the recipe. */
  readonly models: readonly string[];
};

/** Models in one recipe: large ones take some thirty (CWE-400). */
const MODELS_MAX = 256;

/** Fenced blocks of one card that are read as recipes. */
const FENCES_MAX = 8;

/** Characters of one fenced block. */
const FENCE_MAX_CHARACTERS = 65_536;

/**
 * The recipe in a YAML document, or none: it names its models in `models`, in the sources of `slices`, or as the
 * experts of a mixture.
 * @see https://github.com/arcee-ai/mergekit/blob/main/docs/config.md, recalled 2026-11-25
 */
export function recipeIn(file: string, value: Json): readonly MergeRecipe[] {
  const top = objectOf(value);
  if (top === undefined) return [];
  const models = [
    ...slicesOf(top),
    ...(listOf(ownField(top, "models")) ?? []),
    ...(listOf(ownField(top, "experts")) ?? []).map(expertModel),
    ownField(top, "base_model"),
  ].flatMap((one) => modelOf(one) ?? []);
  const method = textOf(ownField(top, "merge_method")) ?? "";
  const isMixture = listOf(ownField(top, "experts")) !== undefined;
  if (models.length === 0 || (method === "" && !isMixture)) return [];
  const named = [...new Set(models.map(cutReference))].slice(0, MODELS_MAX);
  return [{ file, method: method === "" ? "experts" : method, models: named }];
}

function slicesOf(top: JsonObject): readonly Json[] {
  const slices = listOf(ownField(top, "slices")) ?? [];
  return slices.slice(0, MODELS_MAX).flatMap((slice) => {
    const inner = objectOf(slice);
    return inner === undefined
      ? []
      : (listOf(ownField(inner, "sources")) ?? []).slice(0, MODELS_MAX);
  });
}

function expertModel(value: Json): Json | undefined {
  const expert = objectOf(value);
  return expert === undefined ? undefined : ownField(expert, "source_model");
}

/** A model's name, `{model: name}`, or `{model: {path: name}}`; a name may end in `+adapter`. */
function modelOf(value: Json | undefined): string | undefined {
  const inner = objectOf(value);
  if (inner === undefined) return textOf(value);
  const model = ownField(inner, "model") ?? ownField(inner, "path");
  const nested = objectOf(model);
  return nested === undefined ? textOf(model) : textOf(ownField(nested, "path"));
}

/** Recipes that a card quotes in fenced blocks, as mergekit writes them there. */
export function fencedRecipes(file: string, body: string): readonly MergeRecipe[] {
  const found: MergeRecipe[] = [];
  const blocks = body.split(/^```/mu, FENCES_MAX * 2 + 1);
  for (let at = 1; at < blocks.length; at += 2) {
    const block = blocks[at] ?? "";
    if (!/^ya?ml\b/iu.test(block) || block.length > FENCE_MAX_CHARACTERS) continue;
    const text = block.slice(block.indexOf("\n") + 1);
    if (!/\b(?:merge_method|experts)\b/u.test(text)) continue;
    const document = readYaml(text);
    // A quotation that is not YAML is prose: what the card says in words is not read.
    if (document.kind === "read") found.push(...recipeIn(file, document.value));
  }
  return found;
}
