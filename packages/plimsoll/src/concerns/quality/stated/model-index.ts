import type { Json } from "../../../kernel/json.ts";
import type { Card } from "../../../model/evidence/card.ts";
import { listOf, objectOf, ownField, textOf } from "../../../model/front-matter.ts";
import { figureOf, STATED_MAX_RESULTS, type StatedResult } from "./record.ts";

/** The results in a card's front matter, and whether `model-index` has another form than the hub's. */
export type ModelIndex = { readonly results: readonly StatedResult[]; readonly malformed: boolean };

/**
 * Reads `model-index` of a card: a list of models, each with results, each with metrics.
 * @see https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/modelcard.md, read 2026-11-25
 */
export function modelIndexResults(card: Card): ModelIndex {
  const index = ownField(card.frontMatter, "model-index");
  if (index === undefined || index === null) return { results: [], malformed: false };
  const at = { file: card.file, member: "model-index" };
  const models = listOf(index);
  if (models === undefined) return { results: [], malformed: true };
  const entries = models.map((model) => listOf(member(model, "results")));
  const results = entries
    .flatMap((list) => list ?? [])
    .slice(0, STATED_MAX_RESULTS)
    .flatMap((result): StatedResult[] => {
      const data =
        textOf(member(result, "dataset", "name")) ?? textOf(member(result, "dataset", "type"));
      const metrics = listOf(member(result, "metrics")) ?? [];
      if (metrics.length === 0) return [{ data, metric: undefined, figure: undefined, at }];
      return metrics.slice(0, STATED_MAX_RESULTS).map((metric) => ({
        data,
        metric: textOf(member(metric, "type")) ?? textOf(member(metric, "name")),
        figure: figureOf(member(metric, "value")),
        at,
      }));
    });
  return {
    results: results.slice(0, STATED_MAX_RESULTS),
    malformed: entries.some((list) => list === undefined),
  };
}

/** A member of a member; whatever is no object has none. */
export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    const object = objectOf(at);
    at = object === undefined ? undefined : ownField(object, key);
  }
  return at;
}
