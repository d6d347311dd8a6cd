import { customId, type LicenceBook } from "../facts.ts";
import type { BaseModels, KeptRule } from "./schema.ts";

/** What a model declares, held against the licence of one it is made from. */
export type ParentVerdict =
  /** The parent's terms ask nothing of the child's licence, or the child names them. */
  | { readonly kind: "fits" }
  /** The child names another version of the parent's licence. */
  | { readonly kind: "other-version" }
  /** The child says nothing that names a licence. */
  | { readonly kind: "open"; readonly because: string }
  /** The child leaves the parent's terms out. */
  | { readonly kind: "dropped"; readonly because: string };

/** What is known of the child's licence. */
export type ChildLicence = {
  /** The licences it is declared under; none where nothing names one. */
  readonly declared: readonly string[];
  /** The licences whose published texts are among its files. */
  readonly texts: readonly string[];
};

const NON_COMMERCIAL = "it allows no commercial use";

const NO_DERIVATIVES = "it allows no changed versions to be passed on";

/** Holds a child's licence against that of a parent. Nothing is said of a licence whose terms nobody entered. */
export function judgeParent(
  parent: string,
  child: ChildLicence,
  isReencoding: boolean,
  facts: { readonly book: LicenceBook; readonly base: BaseModels },
): ParentVerdict {
  const { book, base } = facts;
  const named = new Set([...child.declared, ...child.texts]);
  if (named.has(parent)) return { kind: "fits" };
  const rule = base.kept.find((one) => idsOf(one).includes(parent));
  if (rule !== undefined) {
    if (idsOf(rule).some((id) => named.has(id))) return { kind: "other-version" };
    return missing(child, rule.because);
  }
  const limits = book.terms(parent);
  if (limits.includes("no-derivatives") && !isReencoding) return missing(child, NO_DERIVATIVES);
  if (!isClosed(limits)) return { kind: "fits" };
  return child.declared.some((id) => isClosed(book.terms(id)))
    ? { kind: "fits" }
    : missing(child, NON_COMMERCIAL);
}

function isClosed(terms: readonly string[]): boolean {
  return terms.includes("non-commercial") || terms.includes("research-only");
}

function missing(child: ChildLicence, because: string): ParentVerdict {
  return { kind: child.declared.length === 0 ? "open" : "dropped", because };
}

function idsOf({ licences }: KeptRule): readonly string[] {
  return licences.map(customId);
}
