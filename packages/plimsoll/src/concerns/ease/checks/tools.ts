import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { Unread } from "../../../kernel/unread.ts";
import { WORDS, type ConversationName } from "../../../model/templates/conversations.ts";
import { chatUnits } from "../chat-units.ts";
import { notSeen, promptOf, resultOf, unitRenderings, type UnitRendering } from "../rendered.ts";
import { parseChatModelFacts } from "../schema.ts";
import { quoted } from "../words.ts";

const messages = {
  ignored: (a: { file: string }) =>
    `no chat template of ${a.file} writes the tools you declare: the model does not learn of them`,
  refused: (a: { exception: string }) => `the chat template refuses tools: "${a.exception}"`,
  "result-refused": (a: { exception: string }) =>
    `the chat template offers tools, but refuses the result of one: "${a.exception}"`,
  "result-lost": (a: { file: string }) =>
    `the chat template of ${a.file} offers tools, but leaves out what a tool answered: the model never sees it`,
  "call-lost": (a: { file: string }) =>
    `the chat template of ${a.file} offers tools, but leaves out what the model asked of one: it forgets its own call`,
};

export default defineCheck({
  id: "ease/tools",
  code: "PLM-EAS-009",
  title: "Tools and their results reach the model",
  why: "Tools that a template does not write exist for your program and not for the model.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["renderings", "templates", "tokenizers", "gguf", "configs"],
  limits: [
    "that the model was trained to use tools is not known; only that its template writes them",
    "one tool, one call and one result are rendered",
  ],
  page: {
    detects:
      "A question with a declared tool is rendered, then one with the model's call and the tool's result. Name, argument and result hold words of their own: do they reach the prompt? Arguments are tried as a mapping and as text; one of the two is enough.",
    levels: {
      caution: "a template offers tools, but loses or refuses the result of one.",
      note: "no template writes tools, or refuses them; or it loses what the model asked of a tool.",
      unknown: "the conversation could not be rendered here.",
    },
    mend: "Leave tools off for this model, or take one whose family documents tool use. An engine may bring its own way to write tools into the system message.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const units = chatUnits(evidence, knowledge.read("chat-models", parseChatModelFacts));
    const models = units.map((unit) => unitRenderings([unit], evidence.renderings));
    if (models.every((templates) => templates.length === 0)) return "not-applicable";
    for (const templates of models) yield* checkModel(templates, finding);
  },
});

type Factory = FindingFactory<typeof messages>;

/** One model: the template that writes tools, be it the main one or one that is kept for tools. */
function* checkModel(
  templates: readonly UnitRendering[],
  finding: Factory,
): Generator<Finding | Unread> {
  const offering = templates.filter((one) => promptOf(one, "tools")?.includes(WORDS.tool) === true);
  for (const template of offering) yield* checkResult(template, finding);
  if (offering.length > 0) return;
  for (const template of templates) {
    const result = resultOf(template, "tools");
    const unseen = notSeen(template, "tools");
    const { file, member } = template.copy;
    // What cannot write a single question says nothing of tools.
    if (resultOf(template, "single").kind === "refused") continue;
    if (unseen !== undefined) yield unseen;
    else if (result.kind === "refused") {
      yield finding.note("refused", { exception: quoted(result.message) }, { file, member });
    }
  }
  const silent = templates.find((one) => promptOf(one, "tools") !== undefined);
  if (silent === undefined) return;
  const { file, member } = silent.copy;
  yield finding.note("ignored", { file }, { file, member });
}

const RESULTS: readonly ConversationName[] = ["tool-result", "tool-result-text"];

const OFF = { text: "Leave tools off for this model, or take the template of its publisher." };

function* checkResult(template: UnitRendering, finding: Factory): Generator<Finding | Unread> {
  const { file, member } = template.copy;
  const place = { file, member };
  const prompts = RESULTS.map((name) => promptOf(template, name)).filter(
    (prompt) => prompt !== undefined,
  );
  if (prompts.length === 0) {
    const result = resultOf(template, "tool-result");
    const unseen = RESULTS.map((name) => notSeen(template, name)).find((one) => one !== undefined);
    if (result.kind === "refused") {
      const exception = quoted(result.message);
      yield finding.caution("result-refused", { exception }, place, { remedy: OFF });
    } else if (unseen !== undefined) yield unseen;
    return;
  }
  if (!prompts.some((prompt) => prompt.includes(WORDS.result))) {
    yield finding.caution("result-lost", { file }, place, { remedy: OFF });
  }
  if (!prompts.some((prompt) => prompt.includes(WORDS.argument))) {
    yield finding.note("call-lost", { file }, place);
  }
}
