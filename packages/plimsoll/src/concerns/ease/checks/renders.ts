import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { Unread } from "../../../kernel/unread.ts";
import { WORDS, type ConversationName } from "../../../model/templates/conversations.ts";
import { chatUnits } from "../chat-units.ts";
import {
  CONVERSATION_WORDS,
  isMainTemplate,
  notSeen,
  promptOf,
  resultOf,
  unitRenderings,
  type UnitRendering,
} from "../rendered.ts";
import { parseChatModelFacts } from "../schema.ts";
import { systemPlace } from "../system-place.ts";
import { quoted } from "../words.ts";

const messages = {
  refuses: (a: { conversation: string; exception: string }) =>
    `the chat template refuses ${a.conversation}: "${a.exception}"`,
  loses: (a: { conversation: string; lost: string }) =>
    `the chat template writes ${a.conversation} without ${a.lost}: the model never sees it`,
  "refuses-system": (a: { exception: string }) =>
    `the chat template takes no system message: "${a.exception}"`,
  "loses-system": (a: { file: string }) =>
    `the chat template of ${a.file} leaves a system message away without a word: the model never sees it`,
  "merges-system": (a: { file: string }) =>
    `the chat template of ${a.file} has no place for a system message: it becomes part of the first user message`,
  "refuses-empty": (a: { exception: string }) =>
    `the chat template refuses an empty message: "${a.exception}"`,
};

export default defineCheck({
  id: "ease/renders",
  code: "PLM-EAS-002",
  title: "The chat template writes every conversation",
  why: "A template that refuses a conversation ends it with an error, and one that drops a message has the model answer something else.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["renderings", "templates", "tokenizers", "gguf", "configs"],
  limits: [
    "templates are rendered with an interpreter that knows less than Jinja: what it stops at is not judged",
    "one fixed conversation of each kind is rendered, with texts alone: images and documents are not tried",
  ],
  page: {
    detects:
      "Every chat template is rendered, in a thread of its own with limits of time and size, over a fixed set of conversations: a single question, a system message, several turns, an empty message. Each message holds a word of its own, so that the check sees what reaches the prompt. A template that calls `raise_exception` is quoted.",
    levels: {
      caution:
        "a single question or several turns are refused, or a message is left away in silence.",
      note: "a system message is refused or becomes part of the first user message; an empty message is refused.",
      unknown: "the template could not be rendered here: the reason is told.",
    },
    mend: "Take the template that the model's family publishes. Where there is no place for a system message, put your instructions into the first user message. A template meant for one task only (translation, say) may refuse the rest on purpose.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const units = chatUnits(evidence, knowledge.read("chat-models", parseChatModelFacts));
    const templates = unitRenderings(units, evidence.renderings).filter(isMainTemplate);
    if (templates.length === 0) return "not-applicable";
    for (const template of templates) yield* checkTemplate(template, finding);
  },
});

type Factory = FindingFactory<typeof messages>;

const FAMILY = { text: "Take the chat template that the publisher of this model's family gives." };

/** Conversations that every chat has, with the words that must come out. */
const CORE: readonly (readonly [ConversationName, Readonly<Record<string, string>>])[] = [
  ["single", { "the question": WORDS.user }],
  [
    "multi-turn",
    {
      "the first question": WORDS.user,
      "the earlier answer": WORDS.answer,
      "the last question": WORDS.secondUser,
    },
  ],
];

function* checkTemplate(template: UnitRendering, finding: Factory): Generator<Finding | Unread> {
  const place = { file: template.copy.file, member: template.copy.member };
  for (const [name, words] of CORE) {
    const result = resultOf(template, name);
    const conversation = CONVERSATION_WORDS[name];
    const unseen = notSeen(template, name);
    if (unseen !== undefined) return yield unseen;
    if (result.kind === "refused") {
      const args = { conversation, exception: quoted(result.message) };
      // What refuses a question refuses everything else too.
      return yield finding.caution("refuses", args, place, { remedy: FAMILY });
    }
    const text = result.kind === "rendered" ? result.text : "";
    const lost = Object.keys(words).filter((what) => !text.includes(words[what] ?? ""));
    if (lost.length > 0) {
      const args = { conversation, lost: lost.join(" and ") };
      yield finding.caution("loses", args, place, { remedy: FAMILY });
    }
  }
  yield* checkSystem(template, finding);
  yield* checkEmpty(template, finding);
}

function* checkSystem(template: UnitRendering, finding: Factory): Generator<Finding | Unread> {
  const place = { file: template.copy.file, member: template.copy.member };
  const result = resultOf(template, "system");
  const unseen = notSeen(template, "system");
  if (unseen !== undefined) yield unseen;
  if (result.kind === "refused") {
    yield finding.note("refuses-system", { exception: quoted(result.message) }, place);
  }
  if (result.kind !== "rendered") return;
  const args = { file: place.file };
  switch (systemPlace(result.text, promptOf(template, "single") ?? "")) {
    case "own":
      return;
    case "merged":
      return yield finding.note("merges-system", args, place);
    case "lost":
      return yield finding.caution("loses-system", args, place, { remedy: FAMILY });
  }
}

function* checkEmpty(template: UnitRendering, finding: Factory): Generator<Finding | Unread> {
  const result = resultOf(template, "empty");
  const unseen = notSeen(template, "empty");
  if (unseen !== undefined) yield unseen;
  if (result.kind !== "refused") return;
  const { file, member } = template.copy;
  yield finding.note("refuses-empty", { exception: quoted(result.message) }, { file, member });
}
