import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { DeclaredParent } from "../../../kernel/parents.ts";
import type { Card } from "../../../model/evidence/card.ts";
import { textsField } from "../../../model/front-matter.ts";
import { isLocalPath, modelName } from "../../../model/model-name.ts";
import { excerpt } from "../../../text/excerpt.ts";
import type { MergeRecipe } from "../declared/recipe.ts";

/** Models shown by name. */
const MODELS_SHOWN = 8;

/** Tags by which hubs and tools mark merges. */
const MERGE_TAGS = new Set(["merge", "mergekit", "lazymergekit", "mergekit-moe"]);

const messages = {
  undeclared: (a: { models: readonly string[]; more: number }) =>
    `the recipe of this merge takes in ${a.models.join(", ")}${a.more === 0 ? "" : ` and ${a.more} more`}, which neither card nor header names as a parent: their terms and flaws come along`,
  "unknown-partner": (a: { models: readonly string[]; more: number }) =>
    `the recipe of this merge takes in models by paths on somebody's machine (${a.models.join(", ")}${a.more === 0 ? "" : ` and ${a.more} more`}): nobody else can tell which they are`,
  "no-partners": (a: { says: string }) =>
    `it says that it is a merge (${a.says}), and names fewer than two models that went in`,
  merge: (a: { method: string; models: readonly string[]; more: number }) =>
    `merged by ${a.method} from ${a.models.join(", ")}${a.more === 0 ? "" : ` and ${a.more} more`}, as its recipe says`,
};

type Make = FindingFactory<typeof messages>;

export default defineCheck({
  id: "lineage/undeclared-parents",
  code: "PLM-LIN-002",
  title: "Models that went in and are not named",
  why: "A model that went into a merge and is not named brings terms and flaws that nobody looks for.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["recipes", "parents", "card"],
  limits: ["weights were not compared: a recipe can leave a model out, or be another merge's"],
  page: {
    detects:
      "Reads the recipes of merges (mergekit_config.yml and its like, and those that a card quotes in a fenced block) and holds the models in them against the parents that card, header and configuration name. Names are compared by their last part. Tags and `base_model_relation` that call a model a merge are held against the number of models named.",
    levels: {
      caution:
        "a recipe takes in a model that is named nowhere else; a model that calls itself a merge names fewer than two models and has no recipe.",
      note: "the models of a recipe; models that it names by a path alone.",
    },
    mend: "Ask the publisher to name every model of the recipe in the card's `base_model`, and keep to the terms of all of them.",
  },
  messages,
  *run({ recipes, parents: { parents }, card }, _context, finding) {
    const says = mergeWord(card, parents);
    if (recipes.length === 0 && says === undefined) return "not-applicable";
    const stated = parents.filter(({ strength }) => strength === "stated");
    for (const recipe of recipes) yield* againstStated(recipe, stated, finding);
    const names = new Set(stated.map(({ reference }) => modelName(reference)));
    if (recipes.length === 0 && says !== undefined && names.size < 2) {
      yield finding.caution("no-partners", { says: excerpt(says) }, { file: card?.file });
    }
  },
});

/** The tag or relation that calls the model a merge; a re-encoding of a merge has the tag of its parent. */
function mergeWord(card: Card | null, parents: readonly DeclaredParent[]): string | undefined {
  if (parents.some(({ relation }) => relation === "quantized" || relation === "adapter"))
    return undefined;
  const relation = parents.find((parent) => parent.relation === "merge");
  if (relation !== undefined) return "base_model_relation: merge";
  const tags = card === null ? [] : textsField(card.frontMatter, "tags").texts;
  const tag = tags.find((one) => MERGE_TAGS.has(one.toLowerCase()));
  return tag === undefined ? undefined : `tag ${tag}`;
}

function* againstStated(
  { file, method, models }: MergeRecipe,
  stated: readonly DeclaredParent[],
  finding: Make,
): Generator<Finding> {
  const named = new Set(stated.map(({ reference }) => modelName(reference)));
  const unnamed = models.filter((model) => !named.has(modelName(model)));
  const paths = unnamed.filter(isLocalPath);
  const others = unnamed.filter((model) => !isLocalPath(model));
  if (others.length > 0) yield finding.caution("undeclared", shown(others), { file });
  if (paths.length > 0) yield finding.note("unknown-partner", shown(paths), { file });
  yield finding.note("merge", { method: excerpt(method, 40), ...shown(models) }, { file });
}

function shown(all: readonly string[]): { models: readonly string[]; more: number } {
  return {
    models: all.slice(0, MODELS_SHOWN).map((model) => excerpt(model)),
    more: Math.max(0, all.length - MODELS_SHOWN),
  };
}
