import type { EvidenceValues } from "../../kernel/evidence.ts";
import type { Knowledge } from "../../kernel/knowledge.ts";
import { parseCardSections } from "../../model/card-sections/schema.ts";
import {
  bodyClaims,
  ggufClaims,
  readTexts,
  tagClaims,
  textClaims,
  type Claim,
  type ReadText,
} from "./claims.ts";
import type { LicenceBook } from "./facts.ts";
import { openLinks } from "./links.ts";

/** The evidence in which files say under which licence a model is. */
export type ClaimEvidence = EvidenceValues<"card" | "gguf" | "licences">;

/** Everything that files say of the model's licence, highest rung first, with every licence text that was read. */
export function readClaims(
  { card, gguf, licences }: ClaimEvidence,
  knowledge: Knowledge,
  book: LicenceBook,
): { readonly claims: readonly Claim[]; readonly texts: readonly ReadText[] } {
  const texts = readTexts(licences, book);
  const readLink = openLinks(knowledge, book);
  const claims = [
    ...textClaims(texts),
    ...bodyClaims(card, knowledge.read("card-sections", parseCardSections), book),
    ...ggufClaims(gguf, book, readLink),
    ...tagClaims(card, book, readLink),
  ];
  return { claims, texts };
}
