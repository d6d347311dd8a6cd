import type { Card } from "../../../model/evidence/card.ts";
import { listOf, objectOf, textField, textOf, ownField } from "../../../model/front-matter.ts";
import type { Reference } from "../../../model/reference.ts";
import { cutReference } from "./reference.ts";

/** Characters of a card in which its title stands. */
const TITLE_WITHIN_CHARACTERS = 4_096;

/** What the model is called: its folder (or the folder that a hub's cache made for it), and the name and index of its card. */
export function ownNames(reference: Reference, card: Card | null): readonly string[] {
  const names = [...placeNames(reference), ...(card === null ? [] : cardNames(card))];
  return [...new Set(names.map(cutReference))];
}

/** The first heading of the card, which may name a whole family. */
export function cardTitle(card: Card | null): string | undefined {
  const head = card?.body.slice(0, TITLE_WITHIN_CHARACTERS) ?? "";
  return /^ {0,3}# ([^\n]{1,200})$/mu.exec(head)?.[1]?.trim();
}

/** A hub's cache keeps `models--org--name/snapshots/<revision>`. */
function placeNames({ kind, name, path }: Reference): readonly string[] {
  const cached = /[\\/]models--([^\\/]{1,200})[\\/]snapshots[\\/][^\\/]+$/u.exec(path)?.[1];
  if (cached !== undefined) return [cached.split("--").at(-1) ?? cached];
  return [kind === "file" ? name.replace(/\.[a-z0-9]{1,12}$/iu, "") : name];
}

function cardNames({ frontMatter }: Card): readonly string[] {
  const index = listOf(ownField(frontMatter, "model-index")) ?? [];
  const listed = index.slice(0, 8).map((entry) => {
    const item = objectOf(entry);
    return item === undefined ? undefined : textOf(ownField(item, "name"));
  });
  return [
    textField(frontMatter, "model_name"),
    textField(frontMatter, "model_id"),
    ...listed,
  ].filter((name) => name !== undefined);
}
