import type { Place } from "../../kernel/finding.ts";
import type { Card } from "../../model/evidence/card.ts";
import type { GgufModel } from "../../model/evidence/gguf.ts";
import { textField, textsField } from "../../model/front-matter.ts";
import { findCardSections } from "../../model/card-sections/find.ts";
import type { CardSectionFacts } from "../../model/card-sections/schema.ts";
import { excerpt } from "../../text/excerpt.ts";
import { canonicalText } from "./canonical.ts";
import type { LicenceFile } from "./evidence/licences.ts";
import type { LicenceBook } from "./facts.ts";
import { identifyParts, identifyText, namedIn, type Identity } from "./identify.ts";
import type { LinkReader } from "./links.ts";
import { meaningOf, type Meaning } from "./meaning.ts";
import { textParts } from "./text-parts.ts";

/** Where in the ladder of evidence a claim stands; a file's text is the highest. */
export type Rung = "file" | "body" | "gguf" | "tag" | "link";

/** One place that says under which licence the model is. */
export type Claim = {
  readonly rung: Rung;
  readonly at: Place;
  /** The publisher's words; for a text, its name. */
  readonly said: string;
  readonly meaning: Meaning;
  /** The publisher's own name and address for a licence that is on no list. */
  readonly name?: string;
  readonly link?: string;
};

/** A licence file with what its text is. */
export type ReadText = {
  readonly licence: LicenceFile;
  readonly identity: Identity;
  /** Its words in one form, one blank between them. */
  readonly words: string;
};

/** Characters of a licence section that are searched for names: a section, not a licence text. */
const SECTION_MAX_CHARACTERS = 4_000;

/** Licences of a list that are shown. */
const TAGS_SHOWN = 8;

/** Identifies every licence and notice file; policies are not identified. */
export function readTexts(files: readonly LicenceFile[], book: LicenceBook): readonly ReadText[] {
  return files
    .filter(({ role }) => role !== "policy")
    .map((licence) => {
      const canonical = canonicalText(licence.text);
      const whole = identifyText(canonical, book);
      const parts = whole.kind === "exact" ? [] : textParts(licence.text).map(canonicalText);
      const identity = identifyParts(parts, book) ?? whole;
      return { licence, identity, words: canonical.words };
    });
}

/** The claims that texts make about the weights: those in the top folder that are not for code or data alone. */
export function textClaims(texts: readonly ReadText[]): readonly Claim[] {
  const hasLicence = texts.some(
    ({ licence }) => licence.role !== "notice" && licence.scope === "model",
  );
  return texts.flatMap(({ licence, identity }) => {
    if (licence.scope !== "model" || identity.kind === "unknown") return [];
    // A notice beside a licence tells of parts by others; alone it counts where it names one licence.
    if (licence.role === "notice" && (hasLicence || identity.ids.length > 1)) return [];
    const meaning: Meaning = { kind: "known", ids: identity.ids, any: true };
    return [{ rung: "file", at: { file: licence.file }, said: identity.ids.join(", "), meaning }];
  });
}

/** What the card's front matter says under `license`, `license_name` and `license_link`. */
export function tagClaims(
  card: Card | null,
  book: LicenceBook,
  readLink: LinkReader,
): readonly Claim[] {
  if (card === null) return [];
  const front = card.frontMatter;
  const { texts, malformed } = textsField(front, "license");
  const name = textField(front, "license_name");
  const link = textField(front, "license_link");
  const at = (member: string): Place => ({ file: card.file, member });
  const claims = joined(
    texts.map((said) => declared("tag", at("license"), said, { name, link }, book, readLink)),
  );
  if (malformed) {
    const meaning: Meaning = { kind: "unrecognised" };
    claims.push({ rung: "tag", at: at("license"), said: "(not a text)", meaning });
  }
  if (claims.length === 0 && name !== undefined) {
    claims.push(declared("tag", at("license_name"), name, { link }, book, readLink));
  }
  return [
    ...claims,
    ...nameClaims(texts.length === 0 ? undefined : name, at("license_name"), book),
    ...linkClaims(link, at("license_link"), readLink),
  ];
}

/** The publisher's own name for the licence, where it is that of a known one. */
function nameClaims(name: string | undefined, at: Place, book: LicenceBook): readonly Claim[] {
  const meaning = name === undefined ? undefined : meaningOf(name, book);
  if (name === undefined || meaning?.kind !== "known") return [];
  return [{ rung: "tag", at, said: name, meaning }];
}

/** An address that stands for a licence is a claim of its own: it may be another's. */
function linkClaims(link: string | undefined, at: Place, readLink: LinkReader): readonly Claim[] {
  const meaning = link === undefined ? undefined : readLink(link);
  return link === undefined || meaning === undefined
    ? []
    : [{ rung: "link", at, said: link, meaning }];
}

/** A list of licences in one tag leaves open which of them holds for what: one claim of any of them. */
function joined(claims: readonly Claim[]): Claim[] {
  const known = claims.flatMap(({ meaning }) => (meaning.kind === "known" ? meaning.ids : []));
  const first = claims.find(({ meaning }) => meaning.kind === "known");
  if (first === undefined || claims.length === 1) return [...claims];
  const meaning: Meaning = { kind: "known", ids: [...new Set(known)], any: true };
  const said = claims
    .slice(0, TAGS_SHOWN)
    .map((claim) => excerpt(claim.said))
    .join(", ");
  return [{ ...first, said, meaning }, ...claims.filter((claim) => claim.meaning.kind !== "known")];
}

/** What GGUF headers say; files that say the same give one claim, at the first of them. */
export function ggufClaims(
  files: readonly GgufModel[],
  book: LicenceBook,
  readLink: LinkReader,
): readonly Claim[] {
  const claims = new Map<string, Claim>();
  const links = new Map<string, Claim>();
  for (const { file, gguf } of files) {
    const text = (key: string): string | undefined => {
      const value = gguf.metadata.get(key);
      return value?.type === "string" && value.value.trim() !== "" ? value.value.trim() : undefined;
    };
    const name = text("general.license.name");
    const link = text("general.license.link");
    const key = text("general.license") === undefined ? "general.license.name" : "general.license";
    const said = text("general.license") ?? name;
    for (const claim of linkClaims(link, { file, member: "general.license.link" }, readLink)) {
      if (!links.has(claim.said)) links.set(claim.said, claim);
    }
    if (said === undefined || claims.has(said)) continue;
    claims.set(said, declared("gguf", { file, member: key }, said, { name, link }, book, readLink));
  }
  return [...claims.values(), ...links.values()];
}

/** The licences that the card's licence section names. A list, since a section may speak of code and weights. */
export function bodyClaims(
  card: Card | null,
  sections: CardSectionFacts,
  book: LicenceBook,
): readonly Claim[] {
  if (card === null) return [];
  const found = findCardSections(card.body, ["licence"], sections);
  const text = found.map(({ section }) => section.whole.slice(0, SECTION_MAX_CHARACTERS));
  const ids = namedIn(canonicalText(text.slice(0, 4).join("\n")).words, book);
  const [first] = found;
  if (first === undefined || ids.length === 0) return [];
  const at = { file: card.file, member: first.section.heading.slice(0, 80) };
  const meaning: Meaning = { kind: "known", ids, any: true };
  return [{ rung: "body", at, said: ids.join(", "), meaning }];
}

/** A declaration; where the id names no licence, the publisher's own name or address for it may. */
function declared(
  rung: Rung,
  at: Place,
  said: string,
  own: { readonly name?: string | undefined; readonly link?: string | undefined },
  book: LicenceBook,
  readLink: LinkReader,
): Claim {
  const meaning = meaningOf(said, book);
  const named = own.name === undefined ? meaning : meaningOf(own.name, book);
  const linked = own.link === undefined ? undefined : readLink(own.link);
  const isOpen = meaning.kind === "family" && meaning.prefixes.length === 0;
  const resolved = [named, linked].find((one) => one?.kind === "known");
  return {
    rung,
    at,
    said,
    meaning: isOpen && resolved !== undefined ? resolved : meaning,
    ...(own.name === undefined ? {} : { name: own.name }),
    ...(own.link === undefined ? {} : { link: own.link }),
  };
}
