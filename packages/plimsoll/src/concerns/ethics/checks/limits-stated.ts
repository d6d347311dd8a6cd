import { defineCheck } from "../../../kernel/check.ts";
import { parseCardSections } from "../../../model/card-sections/schema.ts";
import { readStated, type StatedAnswer } from "../stated-limits.ts";

export default defineCheck({
  id: "ethics/limits-stated",
  code: "PLM-ETH-001",
  title: "Whether it says what it is for and where it fails",
  why: "Who does not know what a model is not for will use it for that.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-card-annotated.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card"],
  limits: [
    "what the model says was not measured: bias, harm and refusals need a run of the model",
    "whether the stated limits are true or complete is not judged",
    "sections are found by their headings, in eleven languages; limits told under other headings are missed",
  ],
  page: {
    detects:
      'Looks in the model card for sections that say what the model is meant for (or not for) and what its limits, biases and risks are. Headings are known in English, German, French, Spanish, Portuguese, Italian, Polish, Russian, Chinese, Japanese and Korean. A section that holds nothing but a template\'s words, such as "[More Information Needed]", counts as absent.',
    levels: {
      caution:
        "there is no card, or it does not state the purpose, or the limits, or either of them.",
      note: "both are stated, with the sections and how long they are.",
    },
    mend: "Decide yourself what you will not use it for, try it on the people and cases that your use is about, and ask the publisher to fill in these sections.",
  },
  messages: {
    "no-card": () =>
      "there is no model card: nothing says what the model is for and where it fails",
    "no-limits": (a: { empty: readonly string[] }) =>
      `the card states no limits, biases or risks${emptied(a.empty)}`,
    "no-purpose": (a: { empty: readonly string[] }) =>
      `the card does not say what the model is meant for, or not for${emptied(a.empty)}`,
    stated: (a: { purpose: readonly string[]; limits: readonly string[] }) =>
      `the card states its purpose (${a.purpose.join("; ")}) and its limits (${a.limits.join("; ")}); neither was measured`,
  },
  *run({ card }, { knowledge }, finding) {
    if (card === null) {
      yield finding.caution("no-card", undefined);
      return;
    }
    const facts = knowledge.read("card-sections", parseCardSections);
    const purpose = readStated(card.body, ["intended-use"], facts);
    const limits = readStated(card.body, ["limitations", "bias-and-risks"], facts);
    const at = { file: card.file };
    if (purpose.stated.length === 0) {
      yield finding.caution("no-purpose", { empty: purpose.empty }, at);
    }
    if (limits.stated.length === 0) {
      yield finding.caution("no-limits", { empty: limits.empty }, at);
    }
    if (purpose.stated.length > 0 && limits.stated.length > 0) {
      yield finding.note("stated", { purpose: named(purpose), limits: named(limits) }, at);
    }
  },
});

function emptied(headings: readonly string[]): string {
  return headings.length === 0
    ? ""
    : `: "${headings.join('", "')}" holds nothing but a template's words`;
}

function named({ stated }: StatedAnswer): readonly string[] {
  return stated.map(({ heading, characters }) => `"${heading}", ${characters} characters`);
}
