import { defineCheck } from "../../../kernel/check.ts";
import { excerpt } from "../../../text/excerpt.ts";
import type { ReadText } from "../claims.ts";
import { parseDataSets, type DataSets } from "../data/schema.ts";
import { openLicenceBook, type LicenceBook } from "../facts.ts";
import { concludeClaims } from "../ladder.ts";
import { meaningOf } from "../meaning.ts";
import { readClaims } from "../read-claims.ts";

/** Data sets shown by name. */
const SETS_SHOWN = 12;

/** Data that may not be used commercially, and where that is said. */
type ClosedData = { readonly name: string; readonly licence: string; readonly file?: string };

export default defineCheck({
  id: "licensing/data-terms",
  code: "PLM-LIC-011",
  title: "Terms of the data it was trained on",
  why: "A model under open terms may be made of data that allowed no commercial use; opinions differ on whether that reaches the weights.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/datasets-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["parents", "card", "gguf", "licences"],
  limits: [
    "licences of a few well-known data sets are known; of others nothing is said, and data that is not named is not seen",
  ],
  page: {
    detects:
      "Takes the data sets that card and GGUF header name and the licence texts for data among the files. Where one of them allows no commercial use (knowledge/data-sets.yaml, or the text itself) and the model is declared under terms that do, both are shown. It never blocks: whether terms of data reach weights trained on it is disputed.",
    levels: {
      caution: "non-commercial data under an open licence, in a model that the public will use.",
      note: "the same in a model for you or your team.",
    },
    mend: "Ask the publisher what the data was used for. Where you sell what the model makes, have somebody who knows the law look at it, or take a model trained on data that is free.",
  },
  messages: {
    closed: (a: { sets: readonly string[]; more: number; licence: string }) =>
      `it is declared as ${a.licence} and names data that allows no commercial use: ${a.sets.join("; ")}${a.more === 0 ? "" : ` and ${a.more} more`}; opinions differ on whether that reaches the weights`,
  },
  *run(evidence, { setting, knowledge }, finding) {
    const book = openLicenceBook(knowledge);
    const { claims, texts } = readClaims(evidence, knowledge, book);
    const named = evidence.parents.datasets;
    const closed = [
      ...closedSets(named, knowledge.read("data-sets", parseDataSets), book),
      ...closedTexts(texts, book),
    ];
    if (named.length === 0 && closed.length === 0) return "not-applicable";
    const { ids } = concludeClaims(claims);
    const isOpen = ids.length > 0 && !ids.some((id) => isClosed(id, book));
    const [first] = closed;
    if (first === undefined || !isOpen) return undefined;
    const level = setting.audience === "public" ? finding.caution : finding.note;
    const sets = closed.map(({ name, licence }) => `${excerpt(name)} (${licence})`);
    yield level(
      "closed",
      {
        sets: sets.slice(0, SETS_SHOWN),
        more: Math.max(0, sets.length - SETS_SHOWN),
        licence: ids.map((id) => excerpt(book.nameOf(id))).join(" or "),
      },
      { file: first.file ?? evidence.card?.file },
    );
    return undefined;
  },
});

function closedSets(
  names: readonly string[],
  known: DataSets,
  book: LicenceBook,
): readonly ClosedData[] {
  return names.flatMap((name) => {
    const bare = name.toLowerCase().replace(/^https?:\/\/huggingface\.co\/datasets\//u, "");
    const licence = known.get(bare);
    const meaning = licence === undefined ? undefined : meaningOf(licence, book);
    const id = meaning?.kind === "known" ? meaning.ids[0] : undefined;
    return id === undefined ? [] : [{ name, licence: book.nameOf(id) }];
  });
}

/** Licence texts whose file names say that they are for data. */
function closedTexts(texts: readonly ReadText[], book: LicenceBook): readonly ClosedData[] {
  return texts.flatMap(({ licence: { file, scope }, identity }) => {
    if (scope !== "data" || identity.kind !== "exact") return [];
    const id = identity.ids.find((one) => isClosed(one, book));
    return id === undefined ? [] : [{ name: file, licence: book.nameOf(id), file }];
  });
}

function isClosed(id: string, book: LicenceBook): boolean {
  const terms = book.terms(id);
  return terms.includes("non-commercial") || terms.includes("research-only");
}
