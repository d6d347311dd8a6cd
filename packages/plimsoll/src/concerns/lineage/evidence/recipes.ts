import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { readNamedTexts } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { readYaml } from "../../../model/yaml-json.ts";
import { fencedRecipes, recipeIn, type MergeRecipe } from "../declared/recipe.ts";

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Recipes of merges: mergekit's files, and those that a card quotes. */
    readonly recipes: readonly MergeRecipe[];
  }
}

const LIMITS = {
  prefix: "RECIPE",
  /** A recipe has a line a layer and model at most (CWE-400). */
  bytes: 1_048_576,
  /** A merge of merges keeps a few recipes. */
  files: 16,
};

const NAME = /^mergekit[_-]?(?:config|moe)?[\w-]{0,40}\.ya?ml$/u;

export default defineEvidence({
  name: "recipes",
  needs: ["card"],
  provide: ({ card }, { snapshot }: ModelSubject) => {
    const read = readNamedTexts(snapshot, (path) => NAME.test(baseOf(path)), LIMITS);
    const value: MergeRecipe[] = [];
    const unreads: Unread[] = [...read.unread];
    for (const { file, text } of read.value) {
      const document = readYaml(text);
      if (document.kind === "bad") unreads.push(unread(file, document.reason));
      else value.push(...recipeIn(file, document.value));
    }
    // A card mostly quotes the recipe that lies beside it.
    const quoted = card === null ? [] : fencedRecipes(card.file, card.body);
    const kept = new Set(value.map(({ models }) => models.join("\n")));
    value.push(...quoted.filter(({ models }) => !kept.has(models.join("\n"))));
    return { value, unread: unreads };
  },
});

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
