import type { Place } from "../../kernel/finding.ts";
import type { Claim, ReadText } from "./claims.ts";
import type { LicenceBook } from "./facts.ts";
import { agree } from "./meaning.ts";
import type { Terms } from "./schema.ts";

/** What all claims together say. */
export type Conclusion = {
  /** The licence of the highest claim that names one; several where it leaves open which. */
  readonly ids: readonly string[];
  /** Where the highest claim stands. */
  readonly at: Place | undefined;
  /** The claims that name a licence and agree with the highest. */
  readonly agreeing: readonly Claim[];
  /** The highest claim with each that cannot be so at the same time. */
  readonly conflicts: readonly (readonly [Claim, Claim])[];
};

/** Licences of one model shown by name; the rest is counted by the report's reader, not printed. */
const IDS_SHOWN = 8;

/** Concludes from claims in the order of the ladder, highest first. */
export function concludeClaims(claims: readonly Claim[]): Conclusion {
  const top = claims.find(({ meaning }) => meaning.kind === "known");
  if (top === undefined || top.meaning.kind !== "known") {
    return { ids: [], at: undefined, agreeing: [], conflicts: [] };
  }
  const known = claims.filter(({ meaning }) => meaning.kind === "known");
  const conflicts = claims.filter(
    (claim) => claim !== top && !agree(top.meaning, claim.meaning) && !isJoint(top, claim, known),
  );
  return {
    ids: narrowed(top.meaning.ids, known).slice(0, IDS_SHOWN),
    at: top.at,
    agreeing: known.filter((claim) => !conflicts.includes(claim)),
    conflicts: conflicts.map((claim) => [top, claim] as const),
  };
}

/** True when another claim, such as `MIT OR Apache-2.0`, names the licences of both. */
function isJoint(a: Claim, b: Claim, known: readonly Claim[]): boolean {
  return known.some(
    (claim) =>
      claim !== a &&
      claim !== b &&
      agree(a.meaning, claim.meaning) &&
      agree(b.meaning, claim.meaning) &&
      names(claim, a) &&
      names(claim, b),
  );
}

function names(claim: Claim, other: Claim): boolean {
  const { meaning } = claim;
  if (meaning.kind !== "known" || other.meaning.kind !== "known") return false;
  return other.meaning.ids.some((id) => meaning.ids.includes(id));
}

/** Where a text is that of several licences, lower claims may say which: the smallest share that all agree on. */
function narrowed(ids: readonly string[], known: readonly Claim[]): readonly string[] {
  let rest = ids;
  for (const { meaning } of known) {
    if (meaning.kind !== "known") continue;
    const shared = rest.filter((id) => meaning.ids.includes(id));
    if (shared.length > 0) rest = shared;
  }
  return rest;
}

/** Claims that name no licence text and that nothing resolves: a family, `other`, words that are on no list. */
export function unclearClaims(claims: readonly Claim[], textIsKnown: boolean): readonly Claim[] {
  return claims.filter(
    ({ meaning }) => meaning.kind === "unrecognised" || (meaning.kind === "family" && !textIsKnown),
  );
}

/** True when one of the files holds the published text of a licence. */
export function hasText(texts: readonly ReadText[]): boolean {
  return texts.some(({ identity }) => identity.kind === "exact");
}

/** The licences whose terms limit what a user may do, with the limits known. */
export function termsOf(
  ids: readonly string[],
  book: LicenceBook,
): readonly { readonly id: string; readonly terms: readonly Terms[] }[] {
  return ids.flatMap((id) => {
    const terms = book.terms(id);
    return terms.length === 0 ? [] : [{ id, terms }];
  });
}
