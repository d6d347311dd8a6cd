import { defineCheck } from "../../../kernel/check.ts";
import { parseLanguageFacts } from "../schema.ts";
import { statedLanguages } from "../stated-languages.ts";

/** Languages told by name; the rest is counted. */
const LANGUAGES_SHOWN = 12;

export default defineCheck({
  id: "ethics/languages",
  code: "PLM-ETH-005",
  title: "Whether it speaks the languages of your users",
  why: "A model answers worse, and is held back less, in languages that it was not made for, and people who speak them bear it.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/0258ae1d7dd3c13866b6811b000c933b3bba7381/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "gguf"],
  limits: [
    "languages are the publisher's words; how well the model speaks one was not measured",
    "which languages users speak is taken from the countries that the setting names, by a list of languages in wide public use",
  ],
  page: {
    detects:
      "Compares the languages that the card's front matter or a GGUF header states with those in wide public use in the countries that the setting names as its users' (`territory: users:`).",
    levels: {
      caution:
        "the setting is for the public, and none of the languages in wide use in a country of its users is stated.",
      note: "the same for one person or a team; which languages are stated; or that none is.",
      unknown: "the card or a header could not be read.",
    },
    mend: "Try it in your users' languages, on what they will ask, harmful questions included, before you offer it. Take a model that states them where there is one.",
  },
  messages: {
    stated: (a: { languages: readonly string[]; count: number; many: boolean }) =>
      `it states ${a.many ? "many languages" : "languages"}${a.languages.length === 0 ? " without naming them" : `: ${a.languages.join(", ")}`}${a.count > a.languages.length ? ` and ${a.count - a.languages.length} more` : ""}`,
    missing: (a: { country: string; spoken: readonly string[]; languages: readonly string[] }) =>
      `it states ${a.languages.join(", ")}, and your users are in ${a.country}, where ${a.spoken.join(", ")} ${a.spoken.length === 1 ? "is" : "are"} spoken`,
    unstated: () =>
      "nothing says which languages it speaks, and your setting names countries of users",
    unlisted: (a: { country: string }) =>
      `which languages are spoken in ${a.country} is not in this version's list: compare yourself`,
  },
  *run(evidence, { knowledge, setting }, finding) {
    const { card, gguf } = evidence;
    if (card === null && gguf.length === 0) return "not-applicable";
    const facts = knowledge.read("languages", parseLanguageFacts);
    const stated = statedLanguages(evidence, facts);
    const { users } = setting.territory;
    if (stated === undefined) {
      if (users.length > 0) yield finding.note("unstated", undefined, { file: card?.file });
      return;
    }
    const { codes, isMany, at } = stated;
    const languages = codes.slice(0, LANGUAGES_SHOWN);
    yield finding.note("stated", { languages, count: codes.length, many: isMany }, at);
    for (const country of isMany ? [] : [...new Set(users)]) {
      const spoken = Object.hasOwn(facts.countries, country) ? facts.countries[country] : undefined;
      if (spoken === undefined) yield finding.note("unlisted", { country }, at);
      else if (!spoken.some((language) => codes.includes(language))) {
        const level = setting.audience === "public" ? "caution" : "note";
        yield finding[level]("missing", { country, spoken, languages }, at);
      }
    }
  },
});
