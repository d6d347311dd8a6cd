import { defineCheck } from "../../../kernel/check.ts";
import { objectOf, ownField, textField } from "../../../model/front-matter.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { parseAudienceFacts } from "../schema.ts";

/** Characters of a prompt that are shown, and fields that are told by name. */
const PROMPT_SHOWN = 160;
const FIELDS_SHOWN = 12;
const FIELD_SHOWN = 60;

export default defineCheck({
  id: "ethics/gates",
  code: "PLM-ETH-003",
  title: "What people are asked before they get the files",
  why: "Who got the files by another way was not asked, and the publisher's conditions may hold all the same.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/066b69ed92f0460e019e6e61394c60a682a7597c/docs/hub/models-gated.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card"],
  limits: [
    "a gate is seen where the card's front matter sets its words; that a hub closes a model without words is not in the files",
    "what a gate's conditions mean for your use is not judged; the licence is judged by the licensing concern",
  ],
  page: {
    detects:
      "Reads the card's front matter for what a hub asks of people before they may download: a heading, a prompt, questions (`extra_gated_heading`, `extra_gated_prompt`, `extra_gated_fields`) and whether the European Union is left out (`extra_gated_eu_disallowed`).",
    levels: {
      caution:
        "the publisher leaves out the European Union, and the setting names it or one of its countries.",
      note: "the model is gated, with what is asked.",
      unknown: "the card could not be read.",
    },
    mend: "Read what is asked on the model's page and answer it there, in the name of whoever will use the model. Keep the answer with the files: whoever you hand them to was not asked.",
  },
  messages: {
    gated: (a: { prompt: string; fields: readonly string[] }) =>
      `the publisher asks something of people before they get it${a.prompt === "" ? "" : `: "${a.prompt}"`}${a.fields.length === 0 ? "" : `; questions: ${a.fields.join(", ")}`}`,
    outside: () => "the publisher leaves out people in the European Union",
    forbidden: (a: { countries: readonly string[] }) =>
      `the publisher leaves out people in the European Union, and your setting names ${a.countries.join(", ")}`,
  },
  *run({ card }, { knowledge, setting }, finding) {
    if (card === null) return "not-applicable";
    const { gates } = knowledge.read("audience", parseAudienceFacts);
    const { file, frontMatter } = card;
    const prompts = gates.texts.flatMap((field) => {
      const text = textField(frontMatter, field);
      return text === undefined ? [] : [{ field, text }];
    });
    const asked = Object.keys(objectOf(ownField(frontMatter, gates.fields)) ?? {});
    const [first] = prompts;
    if (first !== undefined || asked.length > 0) {
      const fields = asked.slice(0, FIELDS_SHOWN).map((name) => excerpt(name, FIELD_SHOWN));
      const prompt = first === undefined ? "" : excerpt(first.text, PROMPT_SHOWN);
      const member = first?.field ?? gates.fields;
      yield finding.note("gated", { prompt, fields }, { file, member });
    }
    if (ownField(frontMatter, gates.geography) !== true) return;
    const at = { file, member: gates.geography };
    const { seat, users } = setting.territory;
    const countries = [...new Set([...seat, ...users])].filter((one) => UNION.has(one));
    if (countries.length === 0) yield finding.note("outside", undefined, at);
    else yield finding.caution("forbidden", { countries }, at);
  },
});

/** The European Union and its members, by ISO 3166-1. */
const UNION = new Set(
  "EU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);
