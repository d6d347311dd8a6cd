import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { openLicenceBook, type LicenceBook } from "../facts.ts";
import { concludeClaims } from "../ladder.ts";
import { meaningOf } from "../meaning.ts";
import { judgeParent, type ChildLicence } from "../parents/judge.ts";
import { namedParents, type NamedParent } from "../parents/known.ts";
import { parseBaseModels, type BaseModel, type BaseModels } from "../parents/schema.ts";
import { readClaims } from "../read-claims.ts";

/** Parents shown by name in one note; the rest is counted. */
const PARENTS_SHOWN = 12;

const messages = {
  dropped: (a: { parent: string; licence: string; because: string; declared: string }) =>
    `it comes from ${a.parent}, which is under ${a.licence} (${a.because}), but is declared as ${a.declared}, and that licence is nowhere among the files: its terms still hold`,
  open: (a: { parent: string; licence: string; because: string }) =>
    `it comes from ${a.parent}, which is under ${a.licence} (${a.because}): those terms hold, whatever this model's own licence is`,
  "other-version": (a: { parent: string; licence: string; declared: string }) =>
    `it comes from ${a.parent}, which is under ${a.licence}, but is declared as ${a.declared}: another version with other terms`,
  known: (a: { parents: readonly string[]; more: number }) =>
    `licences of what it is made from: ${a.parents.join("; ")}${a.more === 0 ? "" : ` and ${a.more} more`}`,
  unknown: (a: { parents: readonly string[]; more: number }) =>
    `the licence of ${a.parents.join(", ")}${a.more === 0 ? "" : ` and ${a.more} more`} is not known here: read it at the publisher's page, since its terms may reach this model`,
};

export default defineCheck({
  id: "licensing/parent-terms",
  code: "PLM-LIC-005",
  title: "The terms of the models it is made from",
  why: "A looser licence on a derived model does not remove the terms of the model it was made from.",
  source: { url: "https://arxiv.org/abs/2602.08816", read: "2026-11-22" },
  basis: "declared",
  needs: ["parents", "recipes", "card", "gguf", "licences"],
  limits: [
    "licences are known for well-known base models only, as their publishers gave them on the day stated; nothing is looked up",
    "which models it is made from is what the files say: a parent that is left out is not seen",
    "what the parent's terms ask for beyond their own name (notices, display strings, prefixes of names) is not judged",
  ],
  page: {
    detects:
      "Takes every model that card, GGUF header, adapter configuration and merge recipe name as origin, and the model itself where its header calls it by the name of a well-known one. Where the licence of that model is known (knowledge/base-models.yaml, each with its source and date), it is held against what this model declares: licences whose own words keep them on derivatives must be declared too or lie among the files; non-commercial terms must stay non-commercial; no-derivatives terms allow another encoding alone. The name must be that of the well-known model but for endings of re-encodings: nothing is guessed from a part of a name.",
    levels: {
      stop: "a parent's terms are left out, in a model that the public will use.",
      caution: "a parent's terms are left out, in a model for you or your team.",
      note: "licences of parents that are known, names of those that are not; another version of the parent's licence; the parent's terms where this model declares none.",
    },
    mend: "Keep to the terms of both. When you publish the model, put the parent's licence text beside it and name it in `license` (`other` with `license_name`), and tell the publisher of a model that you only use.",
  },
  messages,
  *run(evidence, { setting, knowledge }, finding) {
    const base = knowledge.read("base-models", parseBaseModels);
    const merged = evidence.recipes.flatMap(({ file, models }) =>
      models.map((reference) => ({ reference, at: { file } })),
    );
    const parents = namedParents(evidence.parents, merged, base);
    if (parents.length === 0) return "not-applicable";
    const book = openLicenceBook(knowledge);
    const { claims, texts } = readClaims(evidence, knowledge, book);
    const child: ChildLicence = {
      declared: concludeClaims(claims).ids,
      texts: texts.flatMap(({ identity }) => (identity.kind === "exact" ? identity.ids : [])),
    };
    const grave = setting.audience === "public" ? finding.stop : finding.caution;
    for (const parent of parents) yield* judged(parent, child, { book, base }, grave, finding);
    yield* told(parents, book, finding);
  },
});

type Make = FindingFactory<typeof messages>;

function* judged(
  { reference, at, isReencoding, base: known }: NamedParent,
  child: ChildLicence,
  facts: { readonly book: LicenceBook; readonly base: BaseModels },
  grave: Make["caution"],
  finding: Make,
): Generator<Finding> {
  if (known === undefined) return;
  const id = licenceIdOf(known, facts.book);
  if (id === undefined) return;
  const parent = excerpt(reference);
  const licence = facts.book.nameOf(id);
  const verdict = judgeParent(id, child, isReencoding, facts);
  const declared = child.declared.map((one) => excerpt(facts.book.nameOf(one))).join(" or ");
  switch (verdict.kind) {
    case "dropped":
      yield grave("dropped", { parent, licence, because: verdict.because, declared }, at, {
        remedy: KEEP_BOTH,
      });
      return;
    case "open":
      yield finding.note("open", { parent, licence, because: verdict.because }, at);
      return;
    case "other-version":
      yield finding.note("other-version", { parent, licence, declared }, at);
      return;
    case "fits":
      return;
  }
}

const KEEP_BOTH = { text: "Read the parent's licence and keep to the terms of both." };

/** The licence that the facts give, by the id under which it is compared. */
function licenceIdOf({ licence }: BaseModel, book: LicenceBook): string | undefined {
  const meaning = meaningOf(licence, book);
  return meaning.kind === "known" ? meaning.ids[0] : undefined;
}

/** One note for the parents whose licence is known, one for the others. */
function* told(
  parents: readonly NamedParent[],
  book: LicenceBook,
  finding: Make,
): Generator<Finding> {
  const known = parents.flatMap(({ reference, base }) => {
    const id = base === undefined ? undefined : licenceIdOf(base, book);
    if (base === undefined || id === undefined) return [];
    const { source } = base;
    const day = "read" in source ? `read ${source.read}` : `recalled ${source.recalled}`;
    return [`${excerpt(reference)}: ${book.nameOf(id)} (${day})`];
  });
  const unknown = parents.flatMap(({ reference, base }) =>
    base === undefined ? [excerpt(reference)] : [],
  );
  if (known.length > 0) yield finding.note("known", shown(known));
  if (unknown.length > 0) yield finding.note("unknown", shown(unknown));
}

function shown(all: readonly string[]): { parents: readonly string[]; more: number } {
  return {
    parents: all.slice(0, PARENTS_SHOWN),
    more: Math.max(0, all.length - PARENTS_SHOWN),
  };
}
