import type { Finding, Place } from "../../../kernel/finding.ts";
import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import { excerpt } from "../../../text/excerpt.ts";
import type { Claim, ReadText } from "../claims.ts";
import type { LicenceFile } from "../evidence/licences.ts";
import type { PackageLicence } from "../evidence/package-licences.ts";
import { openLicenceBook, type LicenceBook } from "../facts.ts";
import { concludeClaims, hasText, termsOf, unclearClaims, type Conclusion } from "../ladder.ts";
import { foldId } from "../fold-id.ts";
import { meaningOf } from "../meaning.ts";
import { nearTo } from "../nearest/of-text.ts";
import { readClaims } from "../read-claims.ts";

/** Places shown that say the same. */
const PLACES_SHOWN = 8;

const TERM_WORDS = new Map([
  ["non-commercial", "no commercial use"],
  ["research-only", "research only"],
  ["no-derivatives", "no changed versions"],
  ["conditions", "conditions of its own"],
]);

const messages = {
  none: () => "no licence is declared anywhere, and no licence means no permission",
  disagree: (a: { first: string; firstAt: string; second: string; secondAt: string }) =>
    `two places disagree: ${a.firstAt} says ${a.first}, ${a.secondAt} says ${a.second}`,
  unreviewed: (a: { names: string }) =>
    a.names === ""
      ? "this licence text equals no published text: nobody has reviewed it"
      : `this text calls itself ${a.names} and differs from the published text: nobody has reviewed it`,
  unclear: (a: { said: string; name: string; link: string }) =>
    `"${a.said}" names no licence text${a.name === "" ? "" : `; the publisher calls it "${a.name}"`}${a.link === "" ? "" : `, terms at ${a.link}`}`,
  terms: (a: { licence: string; terms: readonly string[] }) =>
    `${a.licence} limits what you may do (${a.terms.map((term) => TERM_WORDS.get(term) ?? term).join(", ")}): its terms need reading, they are not judged in this version`,
  concluded: (a: { licence: string; places: readonly string[] }) =>
    `the licence is ${a.licence}: its published text is here (${a.places.join("; ")})`,
  "no-text": (a: { licence: string; places: readonly string[] }) =>
    `declared as ${a.licence} (${a.places.join("; ")}); its published text is not among the files`,
  uneven: (a: { here: string; hereAt: string; there: string; thereAt: string }) =>
    `one place offers a choice that the other does not: ${a.hereAt} says ${a.here}, ${a.thereAt} says ${a.there}`,
  package: (a: { said: string; licence: string }) =>
    `the papers of a package beside the model say ${a.said}, the model is ${a.licence}: they may speak of its code alone`,
  "package-unread": (a: { reason: string }) =>
    `the licence in these papers of a package could not be read: ${a.reason}`,
  policy: () => "a policy of use belongs to the terms: read it, it is not judged in this version",
  part: (a: { licence: string }) =>
    `a part of the model has a licence file of its own: ${a.licence}`,
};

type Make = FindingFactory<typeof messages>;

export default defineCheck({
  id: "licensing/declared-licence",
  code: "PLM-LIC-001",
  title: "What licence is declared, and does it agree",
  why: "Without a licence nobody may use the model, and places that disagree leave open which terms hold.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/repositories-licenses.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "gguf", "licences", "package-licences"],
  limits: [
    "what a licence allows, forbids and asks for is not judged: only which one is declared, and where",
    "licences of the models it is made from and of its data are told by checks of their own (PLM-LIC-005, PLM-LIC-011)",
    "a text counts as identified only when every word equals a published English text; edited texts are told with their differences (PLM-LIC-007) and never judged",
    "whether the publisher had the right to give this licence cannot be seen in files",
  ],
  page: {
    detects:
      "Looks for the licence in every place that files carry it: licence files in the top folder, the licence section of the model card, `general.license` and `general.license.link` in GGUF headers, and `license`, `license_name` and `license_link` in the card's front matter. Well-known addresses of licences are read from the address alone. Licence texts are compared word for word (without titles, copyright lines and punctuation) with the published texts of the SPDX list and with published licences of models; ids, names, deprecated ids and SPDX expressions (AND, OR, WITH) are compared by what they mean. The papers of a package (CITATION.cff, package.json, pyproject.toml, codemeta.json, .zenodo.json) are held beside it. The concluded licence is the highest identified text, otherwise the highest declaration.",
    levels: {
      stop: "no licence anywhere, or two places that disagree, for a model that a team or the public will use.",
      caution:
        "the same for a model that only you use; a licence whose terms need reading (non-commercial, research only, no derivatives, or a licence with conditions of its own).",
      note: "which licence is declared and where; a choice that one place alone offers; papers of a package that say otherwise; that its text is not among the files; a policy of use or a licence for a part.",
      unknown:
        "the licence is declared by a family's name or by none that is known, or a licence text is there that no published text equals or nearly equals.",
    },
    mend: "Read the terms at the publisher's page before you use the model, and ask the publisher to put the licence text into a LICENSE file and the same id into the card and the GGUF header. When you pass the model on, ship the licence text with it.",
  },
  messages,
  *run(evidence, { setting, knowledge }, finding) {
    const book = openLicenceBook(knowledge);
    const { claims, texts } = readClaims(evidence, knowledge, book);
    const own = texts.filter(({ licence }) => isOfModel(licence));
    const grave = setting.audience === "me" ? finding.caution : finding.stop;
    if (claims.length === 0 && own.length === 0) {
      yield grave("none", undefined, undefined, { remedy: ASK_FOR_ONE });
    }
    const conclusion = concludeClaims(claims);
    for (const [first, second] of conclusion.conflicts) {
      yield grave("disagree", disagreement(first, second), second.at, { remedy: ASK_WHICH });
    }
    for (const [first, second] of conclusion.uneven) {
      const {
        first: here,
        firstAt: hereAt,
        second: there,
        secondAt: thereAt,
      } = disagreement(first, second);
      yield finding.note("uneven", { here, hereAt, there, thereAt }, second.at);
    }
    yield* unjudged(claims, own, book, finding);
    yield* concluded(conclusion, own, book, finding);
    yield* packages(conclusion, evidence["package-licences"], book, finding);
    for (const { file } of evidence.licences.filter(({ role }) => role === "policy")) {
      yield finding.note("policy", undefined, { file });
    }
    yield* parts(texts, book, finding);
  },
});

const ASK_FOR_ONE = { text: "Ask the publisher for a licence before you use the model." };

const ASK_WHICH = {
  text: "Ask the publisher which licence holds; until then keep to the stricter.",
};

function isOfModel({ role, scope }: LicenceFile): boolean {
  return role === "licence" && scope === "model";
}

/** Texts that nobody reviewed, and words that name no text. */
function* unjudged(
  claims: readonly Claim[],
  own: readonly ReadText[],
  book: LicenceBook,
  finding: Make,
): Generator<Finding> {
  for (const text of own) {
    const { licence, identity } = text;
    // A text that is nearly a published one is told with its differences, by the check for changed texts.
    if (identity.kind === "exact" || nearTo(text, book) !== undefined) continue;
    const names = identity.kind === "named" ? namesOf(identity.ids, book) : "";
    yield finding.caution("unreviewed", { names }, { file: licence.file }, { judged: false });
  }
  for (const claim of unclearClaims(claims, hasText(own))) {
    yield finding.caution("unclear", unclear(claim), claim.at, { judged: false });
  }
}

/** The licence that all places together name, with what it is known to limit. */
function* concluded(
  conclusion: Conclusion,
  own: readonly ReadText[],
  book: LicenceBook,
  finding: Make,
): Generator<Finding> {
  const { ids, at, agreeing } = conclusion;
  if (ids.length === 0) return;
  for (const { id, terms } of termsOf(conclusion, book)) {
    yield finding.caution("terms", { licence: excerpt(book.nameOf(id)), terms }, at);
  }
  const places = agreeing.slice(0, PLACES_SHOWN).map((claim) => placeOf(claim.at));
  const key = hasText(own) ? "concluded" : "no-text";
  yield finding.note(key, { licence: expressionOf(conclusion, book), places }, at);
}

/** Papers of a package that say otherwise than the model: told, not judged, since code may have its own licence. */
function* packages(
  conclusion: Conclusion,
  found: readonly PackageLicence[],
  book: LicenceBook,
  finding: Make,
): Generator<Finding> {
  for (const { file, said, fault } of found) {
    if (fault !== undefined) {
      yield finding.note("package-unread", { reason: excerpt(fault) }, { file });
      continue;
    }
    const names = said.flatMap((one) => {
      const meaning = meaningOf(one, book);
      return meaning.kind === "known" ? meaning.ids : [];
    });
    if (names.length === 0 || conclusion.ids.length === 0) continue;
    if (names.some((id) => conclusion.ids.includes(id))) continue;
    const licence = expressionOf(conclusion, book);
    yield finding.note("package", { said: excerpt(said.join(", ")), licence }, { file });
  }
}

/** The licence as an expression, by names that people know. */
function expressionOf({ ids, choices }: Conclusion, book: LicenceBook): string {
  if (choices === undefined) return namesOf(ids, book);
  return choices
    .slice(0, PLACES_SHOWN)
    .map((choice) => choice.map((id) => excerpt(book.nameOf(foldId(id)))).join(" AND "))
    .join(" or ");
}

/** Licences of parts: code, data, and what lies below the top folder. */
function* parts(texts: readonly ReadText[], book: LicenceBook, finding: Make): Generator<Finding> {
  for (const { licence, identity } of texts) {
    if (licence.role !== "licence" || isOfModel(licence)) continue;
    const name =
      identity.kind === "unknown" ? "a text that nobody reviewed" : namesOf(identity.ids, book);
    yield finding.note("part", { licence: name }, { file: licence.file });
  }
}

function namesOf(ids: readonly string[], book: LicenceBook): string {
  return ids.map((id) => excerpt(book.nameOf(id))).join(" or ");
}

function disagreement(
  first: Claim,
  second: Claim,
): { first: string; firstAt: string; second: string; secondAt: string } {
  return {
    first: excerpt(first.said),
    firstAt: placeOf(first.at),
    second: excerpt(second.said),
    secondAt: placeOf(second.at),
  };
}

function unclear(claim: Claim): { said: string; name: string; link: string } {
  return {
    said: excerpt(claim.said),
    name: excerpt(claim.name ?? ""),
    link: excerpt(claim.link ?? "", 200),
  };
}

function placeOf({ file, member }: Place): string {
  return member === undefined ? (file ?? ".") : `${file ?? "."} ${member}`;
}
