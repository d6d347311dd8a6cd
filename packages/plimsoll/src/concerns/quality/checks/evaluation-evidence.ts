import { defineCheck } from "../../../kernel/check.ts";
import { parseCardSections } from "../../../model/card-sections/schema.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { parseMetrics } from "../schema.ts";
import { modelIndexResults } from "../stated/model-index.ts";
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
  needs: ["card", "evaluations"],
  limits: [
    "figures are the publisher's: nothing was measured here, and none was checked",
    "whether the model is good enough for your task is not answered by figures on other tasks",
    "tables in the card are read by their headings and marks; images, links and HTML tables are not read",
  ],
  page: {
    detects:
      "Looks for results that name their data, their metric and a figure: `model-index` in the card's front matter, `.eval_results/*.yaml`, results files of trainers and of evaluation harnesses, and Markdown tables under headings about evaluation, in several languages.",
    levels: {
      caution:
        "no result is stated anywhere; results leave out the data, the metric or the figure; or `model-index` has a form that nobody can read.",
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
  *run({ card, evaluations }, { knowledge }, finding) {
    const index = card === null ? { results: [], malformed: false } : modelIndexResults(card);
    const tables =
      card === null
        ? []
        : tableResults(
            card,
            knowledge.read("card-sections", parseCardSections),
            knowledge.read("metrics", parseMetrics),
          );
    const results = [...index.results, ...evaluations, ...tables];
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
    } else {
      yield finding.caution("no-evaluation", undefined, undefined, {
        remedy: { text: "Try it on examples of your own task, and keep the answers to compare." },
      });
    }
  },
});

function described({ data, metric, figure }: StatedResult): string {
  return `${excerpt(data ?? "", 40)}, ${excerpt(metric ?? "", 30)}: ${excerpt(figure ?? "", 20)}`;
}
