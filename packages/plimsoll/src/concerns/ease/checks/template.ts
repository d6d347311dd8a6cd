import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { chatUnits, type ChatUnit } from "../chat-units.ts";
import { parsedCopies } from "../parsed-copies.ts";
import { parseChatModelFacts } from "../schema.ts";

export default defineCheck({
  id: "ease/template",
  code: "PLM-EAS-001",
  title: "The model can hold a conversation",
  why: "A model without a chat template continues your text and does not answer it.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates", "tokenizers", "gguf", "configs"],
  limits: [
    "a template that an engine brings along for this family is not known here",
    "that the model was trained on its template cannot be read from files",
  ],
  page: {
    detects:
      "For each language model in the folder (a GGUF file with a tokenizer, or a folder of tokenizer files): is there a chat template, and can it be parsed?",
    levels: {
      caution: "there is no template: this looks like a base model.",
      unknown:
        "the template could not be parsed, or there is no tokenizer to go with it; or the model comes in Mistral's own form (`tekken.json`), whose conversations the program mistral-common writes by rules of its own.",
    },
    mend: "A model in Mistral's own form: use an engine that brings mistral-common (vLLM with `--tokenizer-mode mistral`). Otherwise take the instruct (chat) variant of the model, use it for plain completion, or give your engine a chat template.",
  },
  messages: {
    absent: (a: { file: string }) =>
      `${a.file} comes without a chat template: this looks like a base model, which continues text and does not chat`,
  },
  *run(evidence, { knowledge }, finding) {
    const facts = knowledge.read("chat-models", parseChatModelFacts);
    const units = chatUnits(evidence, facts);
    if (units.length === 0) return "not-applicable";
    for (const unit of units) {
      const { file, tokenizer, templates } = unit;
      const mistral = mistralVocabulary(unit);
      if (templates.length === 0 && mistral !== undefined) yield unread(mistral, MISTRAL);
      else if (templates.length === 0) {
        yield finding.caution("absent", { file }, { file }, { remedy: INSTRUCT });
      } else if (tokenizer === undefined) {
        yield unread(file, "there is no tokenizer to go with the chat template");
      }
      for (const copy of parsedCopies(unit)) if (copy.kind === "unread") yield copy;
    }
  },
});

/** The file in Mistral's own form, if there is one: its chats are written by the code that reads it. */
function mistralVocabulary({ tokenizer }: ChatUnit): string | undefined {
  const all = [tokenizer?.vocabulary, ...(tokenizer?.others ?? [])];
  return all.find((vocabulary) => vocabulary?.form === "tekken")?.file;
}

const MISTRAL =
  "there is no chat template beside Mistral's own vocabulary: mistral-common writes the conversation by rules in its code, which this version does not know";

const INSTRUCT = {
  text: "Take the instruct (chat) variant of this model, or give your engine a chat template.",
};
