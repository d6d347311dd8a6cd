import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { readTexts, type ReadText } from "../claims.ts";
import { openLicenceBook, type LicenceBook } from "../facts.ts";
import { nearTo, type NearText } from "../nearest/of-text.ts";
import { showEdits } from "../nearest/show.ts";

const messages = {
  changed: (a: {
    nearest: string;
    rival: string;
    words: number;
    places: readonly string[];
    more: number;
  }) =>
    `this text is not the published ${a.nearest}${a.rival === "" ? "" : ` (nor ${a.rival}, to which it is about as near)`}: ${a.words} ${a.words === 1 ? "word differs" : "words differ"}: ${a.places.join("; ")}${a.more === 0 ? "" : `; and ${a.more} more places`}`,
  several: (a: { licences: readonly string[] }) =>
    `this file holds several licence texts (${a.licences.join(", ")}): it does not say which of them holds for what`,
};

export default defineCheck({
  id: "licensing/changed-text",
  code: "PLM-LIC-007",
  title: "Licence texts that were changed",
  why: "One word can turn a licence around, and a text that is nearly a known one is read as if it were.",
  source: {
    url: "https://spdx.github.io/spdx-spec/v3.0.1/annexes/license-matching-guidelines-and-templates/",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["licences"],
  limits: [
    "a changed text is held against 80 published English texts that models carry; of others it is only said that they are no published text",
    "words that were left out can be named only where the text has them elsewhere",
    "what a change means is not judged",
  ],
  page: {
    detects:
      "A licence text whose words equal no published text is compared word by word with the published texts that share most words with it; the differences of the nearest are shown, those with negations and numbers first. Only hashes of published words are kept here. Measured on 80 published texts, each with a word dropped, a number changed, a sentence added and a paragraph left out: see the licensing page. A file that ruled lines part into several published texts is told too.",
    levels: {
      caution: "never alone: a changed text is also `unknown`.",
      note: "a file that holds several published texts; a changed text of a part.",
      unknown: "a licence text was changed: nobody has reviewed it.",
    },
    mend: "Read the places that differ. Ask the publisher why the text was changed; a licence of one's own is better under a name of its own.",
  },
  messages,
  *run({ licences }, { knowledge }, finding) {
    const book = openLicenceBook(knowledge);
    const texts = readTexts(licences, book).filter(({ licence }) => licence.role === "licence");
    if (texts.length === 0) return "not-applicable";
    for (const text of texts) yield* told(text, book, finding);
  },
});

type Make = FindingFactory<typeof messages>;

function* told(text: ReadText, book: LicenceBook, finding: Make): Generator<Finding> {
  const { licence, identity } = text;
  const at = { file: licence.file };
  if (identity.kind === "exact" && identity.parts !== undefined) {
    yield finding.note("several", { licences: identity.ids.map((id) => book.nameOf(id)) }, at);
  }
  const near = nearTo(text, book);
  if (near === undefined) return;
  if (licence.scope === "model") {
    yield finding.caution("changed", changes(near, book), at, { judged: false });
  } else yield finding.note("changed", changes(near, book), at);
}

function changes(
  { words, nearest }: NearText,
  book: LicenceBook,
): { nearest: string; rival: string; words: number; places: readonly string[]; more: number } {
  const { known, rival = "", distance } = nearest;
  const name = known.ids.map((id) => book.nameOf(id)).join(" or ");
  return { nearest: excerpt(name), rival, words: distance, ...showEdits(words, nearest) };
}
