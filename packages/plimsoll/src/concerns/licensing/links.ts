import type { Knowledge } from "../../kernel/knowledge.ts";
import { modelName } from "../../model/model-name.ts";
import type { LicenceBook } from "./facts.ts";
import { meaningOf, one, type Meaning } from "./meaning.ts";
import { parseBaseModels } from "./parents/schema.ts";
import { parseLicenceLinks, type LicenceLinks } from "./schema.ts";

/** Characters of an address that are looked at; a longer one is no address of a licence (CWE-400). */
const LINK_MAX_CHARACTERS = 500;

/** Says what licence an address stands for, from the address alone: nothing is fetched. */
export type LinkReader = (link: string) => Meaning | undefined;

/** Opens the facts about addresses of licences. */
export function openLinks(knowledge: Knowledge, book: LicenceBook): LinkReader {
  const facts = knowledge.read("licence-links", parseLicenceLinks);
  const { models } = knowledge.read("base-models", parseBaseModels);
  return (link) => {
    const place = placeOf(link);
    if (place === undefined) return undefined;
    const fixed = facts.pages.find(({ at }) => place === at || place.startsWith(`${at}/`));
    if (fixed !== undefined) return known(fixed.licence, book);
    const id = idInPath(place, facts);
    if (id !== undefined) return known(id, book);
    const licence = models.get(repositoryOf(place) ?? "")?.licence;
    return licence === undefined ? undefined : known(licence, book);
  };
}

function known(said: string, book: LicenceBook): Meaning | undefined {
  const alias = book.alias(said);
  const meaning = alias === undefined ? meaningOf(said, book) : one(alias);
  return meaning.kind === "known" ? meaning : undefined;
}

/** Host and path in lower case, without what stands for the same page: scheme, `www.`, endings, a slash. */
function placeOf(link: string): string | undefined {
  if (link.length > LINK_MAX_CHARACTERS) return undefined;
  const match = /^https?:\/\/(?:www\.)?([^?#\s]+)/u.exec(link.trim().toLowerCase());
  return match?.[1]?.replace(/\/$/u, "").replace(/(?:\.(?:html?|txt|md|php))$/u, "");
}

/** `spdx.org/licenses/MIT`: the part after a known beginning is the id, or its words. */
function idInPath(place: string, { paths }: LicenceLinks): string | undefined {
  const path = paths.find(({ begins }) => place.startsWith(begins));
  if (path === undefined) return undefined;
  const rest = place.slice(path.begins.length).split("/");
  // `creativecommons.org/licenses/by-nc/4.0/legalcode`
  return path.prefix === undefined ? rest[0] : `${path.prefix}${rest.slice(0, 2).join("-")}`;
}

/** The model whose own licence file on the hub is named: `huggingface.co/org/name/blob/main/LICENSE`. */
function repositoryOf(place: string): string | undefined {
  const [host, owner, name, kind, , file] = place.split("/");
  const isFile = kind === "blob" || kind === "resolve" || kind === "raw";
  if (host !== "huggingface.co" || !isFile || file?.startsWith("licen") !== true) return undefined;
  return owner === "datasets" || name === undefined ? undefined : modelName(name);
}
