import type { Card } from "../../../model/evidence/card.ts";
import { listOf, objectOf, textField, textOf, ownField } from "../../../model/front-matter.ts";
import type { Reference } from "../../../model/reference.ts";
import { cutReference } from "./reference.ts";

/** Characters of a card in which its title stands. */
const TITLE_WITHIN_CHARACTERS = 4_096;

/**
 * What the model is called: its folder (or the folder that a hub's cache made for it), and the name, index and
 * title of its card.
 */
export function ownNames(reference: Reference, card: Card | null): readonly string[] {
  const names = [...placeNames(reference), ...(card === null ? [] : cardNames(card))];
  return [...new Set(names.map(cutReference))];
}

/** A hub's cache keeps `models--org--name/snapshots/<revision>`. */
function placeNames({ kind, name, path }: Reference): readonly string[] {
  const cached = /[\\/]models--([^\\/]{1,200})[\\/]snapshots[\\/][^\\/]+$/u.exec(path)?.[1];
  if (cached !== undefined) return [cached.split("--").at(-1) ?? cached];
  return [kind === "file" ? name.replace(/\.[a-z0-9]{1,12}$/iu, "") : name];
}

function cardNames({ frontMatter, body }: Card): readonly string[] {
  const index = listOf(ownField(frontMatter, "model-index")) ?? [];
  const listed = index.slice(0, 8).map((entry) => {
    const item = objectOf(entry);
    return item === undefined ? undefined : textOf(ownField(item, "name"));
  });
  const title = /^ {0,3}# ([^\n]{1,200})$/mu.exec(body.slice(0, TITLE_WITHIN_CHARACTERS))?.[1];
  return [
    textField(frontMatter, "model_name"),
    textField(frontMatter, "model_id"),
    ...listed,
    title?.trim(),
  ].filter((name) => name !== undefined);
}
