import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { addsBos } from "../adds-bos.ts";
import { chatUnits } from "../chat-units.ts";
import {
  isMainTemplate,
  promptOf,
  resultOf,
  unitRenderings,
  type UnitRendering,
} from "../rendered.ts";
import { parseChatModelFacts, type ChatModelFacts } from "../schema.ts";

const messages = {
  twice: (a: { bos: string }) =>
    `the chat template begins a prompt with ${a.bos} twice: the model was trained with one`,
  "both-write": (a: { bos: string; from: string }) =>
    `the chat template writes ${a.bos} and ${a.from} adds it too: whoever does both in one go sends it twice`,
};

export default defineCheck({
  id: "ease/one-bos",
  code: "PLM-EAS-004",
  title: "One token begins a prompt",
  why: "A second beginning-of-text token makes answers worse, and nothing says why.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["renderings", "templates", "tokenizers", "gguf", "configs"],
  limits: [
    "a token that tokenizer.json adds by a rule of its own (its post-processor) is not looked at",
    "whether your engine takes a second one away, as transformers and llama.cpp do in their own chats, is not known here",
  ],
  page: {
    detects:
      "A single question is rendered: does the prompt begin with the beginning-of-text token, or with two of them? Then the tokenizer is asked whether it adds one as well: `add_bos_token` in tokenizer_config.json or the GGUF file, and where a GGUF file is silent, what llama.cpp does for its kind of vocabulary.",
    levels: {
      caution: "the template itself writes the token twice.",
      note: "template and tokenizer both write it. Engines that chat take care of that; your own code must tokenize the prompt without special tokens.",
      unknown: "the template could not be rendered.",
    },
    mend: "Tokenize rendered prompts with `add_special_tokens=False`, or send messages to an engine that renders by itself. A template that writes it twice: delete one.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const facts = knowledge.read("chat-models", parseChatModelFacts);
    const templates = unitRenderings(chatUnits(evidence, facts), evidence.renderings).filter(
      (one) => isMainTemplate(one) && one.tokenizer !== undefined && (one.bosToken ?? "") !== "",
    );
    if (templates.length === 0) return "not-applicable";
    for (const template of templates) yield* checkTemplate(template, facts, finding);
  },
});

function* checkTemplate(
  template: UnitRendering,
  facts: ChatModelFacts,
  finding: FindingFactory<typeof messages>,
): Generator<Finding | Unread> {
  const { file, member } = template.copy;
  const { tokenizer, bosToken: bos = "" } = template;
  const prompt = promptOf(template, "single");
  if (prompt === undefined || tokenizer === undefined) {
    const isRefused = resultOf(template, "single").kind === "refused";
    // What a template refuses is told by the check that asks whether it renders.
    if (!isRefused) yield unread(file, "no prompt could be rendered", { member });
    return;
  }
  const begun = prompt.trimStart();
  if (!begun.startsWith(bos)) return;
  if (begun.slice(bos.length).trimStart().startsWith(bos)) {
    const remedy = { text: `Delete one ${bos} from the chat template.` };
    yield finding.caution("twice", { bos }, { file, member }, { remedy });
    return;
  }
  const from = addsBos(tokenizer, facts);
  if (from !== undefined) yield finding.note("both-write", { bos, from }, { file, member });
}
