import type { Place } from "../../kernel/finding.ts";
import type { Claim, ReadText } from "./claims.ts";
import type { LicenceBook } from "./facts.ts";
import type { Choices } from "./expression.ts";
import { agree, offersMore } from "./meaning.ts";
import type { Terms } from "./schema.ts";

/** What all claims together say. */
export type Conclusion = {
  /** The licence of the highest claim that names one; several where it leaves open which. */
  readonly ids: readonly string[];
  /** How the highest claim joins them, where it is an expression. */
  readonly choices: Choices | undefined;
  /** Where the highest claim stands. */
  readonly at: Place | undefined;
  /** The claims that name a licence and agree with the highest. */
  readonly agreeing: readonly Claim[];
  /** The highest claim with each that cannot be so at the same time. */
  readonly conflicts: readonly (readonly [Claim, Claim])[];
  /** The highest claim with each that offers more choices, or fewer. */
  readonly uneven: readonly (readonly [Claim, Claim])[];
};

/** Licences of one model shown by name; the rest is counted by the report's reader, not printed. */
const IDS_SHOWN = 8;

/** Concludes from claims in the order of the ladder, highest first. */
export function concludeClaims(claims: readonly Claim[]): Conclusion {
  const top = claims.find(({ meaning }) => meaning.kind === "known");
  if (top === undefined || top.meaning.kind !== "known") {
    return {
      ids: [],
      choices: undefined,
      at: undefined,
      agreeing: [],
      conflicts: [],
      uneven: [],
    };
  }
  const known = claims.filter(({ meaning }) => meaning.kind === "known");
  const conflicts = claims.filter(
    (claim) => claim !== top && !agree(top.meaning, claim.meaning) && !isJoint(top, claim, known),
  );
  const ids = narrowed(top.meaning.ids, known);
  const agreeing = known.filter((claim) => !conflicts.includes(claim));
  return {
    ids: ids.slice(0, IDS_SHOWN),
    choices: ids.length === top.meaning.ids.length ? top.meaning.choices : undefined,
    at: top.at,
    agreeing,
    conflicts: conflicts.map((claim) => [top, claim] as const),
    uneven: agreeing
      .filter((claim) => offersMore(top.meaning, claim.meaning))
      .map((claim) => [top, claim] as const),
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

/** The licences whose terms limit what a user may do, with the limits known; none where a choice without limits is offered. */
export function termsOf(
  { ids, choices }: Pick<Conclusion, "ids" | "choices">,
  book: LicenceBook,
): readonly { readonly id: string; readonly terms: readonly Terms[] }[] {
  const isFree = (id: string): boolean => book.terms(bareId(id)).length === 0;
  if (choices?.some((choice) => choice.every(isFree)) === true) return [];
  return ids.flatMap((id) => {
    const terms = book.terms(id);
    return terms.length === 0 ? [] : [{ id, terms }];
  });
}

/** An exception adds permissions: the limits are those of its licence. */
function bareId(id: string): string {
  return id.split(" WITH ", 1)[0] ?? id;
}
