import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { Unread } from "../../../kernel/unread.ts";
import { WORDS } from "../../../model/templates/conversations.ts";
import { chatUnits } from "../chat-units.ts";
import {
  isMainTemplate,
  notSeen,
  promptOf,
  unitRenderings,
  type UnitRendering,
} from "../rendered.ts";
import { parseChatModelFacts } from "../schema.ts";

const messages = {
  opened: (a: { file: string }) =>
    `the prompt of ${a.file} opens a thought by itself: answers begin inside it, and only the closing tag tells where the answer proper starts`,
  drops: (a: { file: string }) =>
    `the chat template of ${a.file} leaves earlier thoughts away: the model sees its answers and not how it came to them`,
  keeps: (a: { file: string }) =>
    `the chat template of ${a.file} keeps earlier thoughts: take them out before you send an answer back, or they fill your context`,
  switch: (a: { file: string }) =>
    `thinking can be switched off: give the chat template of ${a.file} enable_thinking=false`,
};

/** The tags that families put around a thought. */
const OPEN = "<think>";
const CLOSE = "</think>";

export default defineCheck({
  id: "ease/reasoning",
  code: "PLM-EAS-010",
  title: "What becomes of thoughts is known",
  why: "A model that thinks aloud writes thoughts and answer in one text; who does not know the rule shows the one for the other.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["renderings", "templates", "tokenizers", "gguf", "configs"],
  limits: [
    "only thoughts between <think> and </think> are known; other tags and channels are not looked at",
    "that the model thinks at all cannot be read from files",
  ],
  page: {
    detects:
      "For models whose template or tokenizer knows `<think>`: does the prompt open a thought by itself, does an earlier thought stay in the prompt, and does `enable_thinking` change anything?",
    levels: {
      note: "always: how thoughts are opened, kept or dropped, and switched off.",
      unknown: "the conversation could not be rendered here.",
    },
    mend: "Nothing is broken. Let your engine part thoughts from answers (a reasoning parser), and send answers back without their thoughts.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const units = chatUnits(evidence, knowledge.read("chat-models", parseChatModelFacts));
    const templates = unitRenderings(units, evidence.renderings).filter(
      (one) => isMainTemplate(one) && thinks(one),
    );
    if (templates.length === 0) return "not-applicable";
    for (const template of templates) yield* checkTemplate(template, finding);
  },
});

function thinks({ copy, tokenizer }: UnitRendering): boolean {
  return copy.text.includes(CLOSE) || copy.text.includes(OPEN) || tokenizer?.has?.(OPEN) === true;
}

function* checkTemplate(
  template: UnitRendering,
  finding: FindingFactory<typeof messages>,
): Generator<Finding | Unread> {
  const { file, member } = template.copy;
  const place = { file, member };
  const single = promptOf(template, "single");
  if (single?.trimEnd().endsWith(OPEN) === true) yield finding.note("opened", { file }, place);
  const unseen = notSeen(template, "thinking");
  if (unseen !== undefined) yield unseen;
  const thinking = promptOf(template, "thinking");
  if (thinking?.includes(WORDS.thought) === true) yield finding.note("keeps", { file }, place);
  else if (thinking?.includes(WORDS.answer) === true) {
    yield finding.note("drops", { file }, place);
  }
  const off = promptOf(template, "thinking-off");
  if (single !== undefined && off !== undefined && off !== single) {
    yield finding.note("switch", { file }, place);
  }
}
