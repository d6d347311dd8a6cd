import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { parseCardSections } from "../../../model/card-sections/schema.ts";
import type { Card } from "../../../model/evidence/card.ts";
import { listOf, ownField, textOf } from "../../../model/front-matter.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { markdownSections, withoutComments } from "../../../text/markdown.ts";
import { parseMetrics } from "../schema.ts";
import { member, modelIndexResults } from "../stated/model-index.ts";
import { isWhole, RESULT_PARTS, type StatedResult } from "../stated/record.ts";
import { tableResults } from "../stated/table.ts";

/** Results shown as examples. */
const EXAMPLES_SHOWN = 5;

export default defineCheck({
  id: "quality/evaluation-evidence",
  code: "PLM-QUA-001",
  title: "What its publisher says it scored",
  why: "A model whose publisher states no result on named data gives you nothing to compare your own measurement with.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "evaluations", "ownNames"],
  limits: [
    "figures are the publisher's: nothing was measured here, and none was checked",
    "whether the model is good enough for your task is not answered by figures on other tasks",
    "tables in the card are read by their headings and marks, one of several models by this model's name; images and links are not read",
  ],
  page: {
    detects:
      "Looks for results that name their data, their metric and a figure: `model-index` in the card's front matter, `.eval_results/*.yaml`, results files of trainers and of evaluation harnesses, and tables in Markdown or HTML under headings about evaluation, in several languages. Of a table that compares models, only the column or row counts that bears this model's name: that of its folder or file, of the card's first heading or of `model-index`, or \"ours\".",
    levels: {
      caution:
        "no result is stated anywhere; results leave out the data, the metric or the figure; or `model-index` has a form that nobody can read.",
      unknown:
        "the only results stand in tables of several models, of which none is named as this one.",
      note: "results that are whole, with up to five of them as examples.",
    },
    mend: "Measure it yourself on texts of your own task before you rely on it: a stated figure was taken on other data, with other settings and often with another file than the one you hold.",
  },
  messages: {
    "no-evaluation": () => "nothing says how well it does: no result on any data is stated",
    incomplete: (a: { results: number; missing: readonly string[] }) =>
      `no stated result says all of data, metric and figure (${a.results} looked at): missing is the ${a.missing.join(" and the ")}`,
    malformed: () => "model-index holds results in a form that nobody can read",
    stated: (a: { results: number; partial: number; examples: readonly string[] }) =>
      `stated results: ${a.results} (${a.examples.join("; ")})${a.partial === 0 ? "" : `, and ${a.partial} that leave a part out`}; figures are the publisher's, nothing was measured here`,
  },
  *run({ card, evaluations, ownNames }, { knowledge }, finding) {
    const index = card === null ? { results: [], malformed: false } : modelIndexResults(card);
    const tables =
      card === null
        ? { results: [], untold: 0 }
        : tableResults(
            card,
            [...ownNames, ...cardNames(card)],
            knowledge.read("card-sections", parseCardSections),
            knowledge.read("metrics", parseMetrics),
          );
    const results = [...index.results, ...evaluations, ...tables.results];
    const whole = results.filter(isWhole);
    const [first] = whole;
    if (index.malformed) {
      yield finding.caution("malformed", undefined, { file: card?.file, member: "model-index" });
    }
    if (first !== undefined) {
      const examples = [...new Set(whole.map(described))].slice(0, EXAMPLES_SHOWN);
      const partial = results.length - whole.length;
      yield finding.note("stated", { results: whole.length, partial, examples }, first.at);
    } else if (results.length > 0) {
      const missing = RESULT_PARTS.filter((part) =>
        results.some((result) => result[part] === undefined),
      );
      yield finding.caution("incomplete", { results: results.length, missing }, results[0]?.at);
    } else if (tables.untold > 0) {
      const reason = `figures stand in tables of several models (${tables.untold}) that bear no name of this one: whose they are cannot be told`;
      yield unread(card?.file ?? ".", reason);
    } else {
      yield finding.caution("no-evaluation", undefined, undefined, {
        remedy: { text: "Try it on examples of your own task, and keep the answers to compare." },
      });
    }
  },
});

/** What the card calls its model: its first heading, and the names in `model-index`. */
function cardNames({ body, frontMatter }: Card): readonly string[] {
  const title = markdownSections(withoutComments(body)).find(({ level }) => level === 1)?.heading;
  const index = listOf(ownField(frontMatter, "model-index")) ?? [];
  const named = index.map((entry) => textOf(member(entry, "name")));
  return [title, ...named.slice(0, EXAMPLES_SHOWN)].filter((name) => name !== undefined);
}

function described({ data, metric, figure }: StatedResult): string {
  return `${excerpt(data ?? "", 40)}, ${excerpt(metric ?? "", 30)}: ${excerpt(figure ?? "", 20)}`;
}
