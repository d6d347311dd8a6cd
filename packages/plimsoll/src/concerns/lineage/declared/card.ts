import type { DeclaredParent, Lineage, ParentRelation } from "../../../kernel/parents.ts";
import type { Card } from "../../../model/evidence/card.ts";
import { textField, textsField } from "../../../model/front-matter.ts";
import { cutReference } from "./reference.ts";

const RELATIONS: ReadonlyMap<string, ParentRelation> = new Map([
  ["finetune", "finetune"],
  ["adapter", "adapter"],
  ["merge", "merge"],
  ["quantized", "quantized"],
]);

/**
 * The origin that a card's front matter names: `base_model`, `base_model_relation`, `new_version`,
 * `datasets`.
 * @see https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md, read 2026-11-25
 */
export function cardLineage(card: Card | null): Partial<Lineage> {
  if (card === null) return {};
  const front = card.frontMatter;
  const at = (member: string): { file: string; member: string } => ({ file: card.file, member });
  const base = textsField(front, "base_model");
  const relation = RELATIONS.get(textField(front, "base_model_relation")?.toLowerCase() ?? "");
  const parents = base.texts.map((text): DeclaredParent => ({
    reference: cutReference(text),
    relation: relation ?? "unstated",
    state: "declared",
    strength: "stated",
    at: at("base_model"),
  }));
  const next = textField(front, "new_version");
  const datasets = textsField(front, "datasets");
  const own = ["model_name", "model_id"].flatMap((key) => textField(front, key) ?? []);
  const isSelf = base.texts.some((text) => [...own, next].some((name) => isSame(name, text)));
  return {
    parents,
    loops: isSelf ? [at("base_model")] : [],
    datasets: datasets.texts.map(cutReference),
    malformed: [
      ...(base.malformed ? [at("base_model")] : []),
      ...(datasets.malformed ? [at("datasets")] : []),
    ],
    ...(next === undefined
      ? {}
      : { successor: { reference: cutReference(next), at: at("new_version") } }),
  };
}

/** True for the same whole name: `org/a` and `other/a` are two models. */
function isSame(name: string | undefined, reference: string): boolean {
  return name?.toLowerCase() === reference.toLowerCase();
}
