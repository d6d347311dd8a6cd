import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { chatUnits } from "../chat-units.ts";
import { parsedCopies, type ParsedCopy } from "../parsed-copies.ts";
import { parseChatModelFacts } from "../schema.ts";
import { stopsAt, type Stops } from "../stops.ts";
import { turnEndsOf, type TurnEnd } from "../turn-ends.ts";
import { SHOWN } from "../words.ts";

const messages = {
  "no-end": (a: { file: string }) =>
    `nothing says at which token an answer of ${a.file} ends: answers may never stop`,
  "never-stops": (a: { written: string; stops: readonly string[] }) =>
    `the chat template ends a turn with ${a.written}, but generation stops only at ${a.stops.join(", ")}: answers may never stop`,
};

export default defineCheck({
  id: "ease/stops",
  code: "PLM-EAS-005",
  title: "An answer ends",
  why: "When the end of a turn is not a token at which generation stops, the model talks on, with itself.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates", "tokenizers", "gguf", "configs"],
  limits: [
    "the end of a turn is read off the order of the template's parts; a template that puts its prompt together in variables is followed only in part",
  ],
  page: {
    detects:
      "Is a token named at which answers end, and is the marker that the template writes after a message among the tokens at which generation stops: those of the tokenizer, of `eos_token_id` in generation_config.json and config.json, of the GGUF keys for end of text, turn and message, and, for GGUF, those that llama.cpp knows by their text?",
    levels: {
      caution: "no end token is named, or the end of a turn is not one.",
      unknown:
        "the template could not be parsed, or the vocabulary it needs is not among the files.",
    },
    mend: "Add the token to `eos_token_id` in generation_config.json, or give your engine a stop word.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const facts = knowledge.read("chat-models", parseChatModelFacts);
    const units = chatUnits(evidence, facts).filter(({ templates }) => templates.length > 0);
    if (units.length === 0) return "not-applicable";
    for (const unit of units) {
      const { file, tokenizer } = unit;
      if (tokenizer === undefined) {
        yield unread(file, "there is no tokenizer to say where an answer ends");
        continue;
      }
      const stops = stopsAt(tokenizer, facts);
      if (stops.kind === "none") {
        yield finding.caution("no-end", { file }, { file }, { remedy: ADD_END });
      }
      for (const copy of parsedCopies(unit)) {
        if (copy.kind === "unread") yield copy;
        else yield* checkEnds(turnEndsOf(copy.body, tokenizer), stops, copy, finding);
      }
    }
  },
});

const ADD_END = {
  text: "Add the token to eos_token_id in generation_config.json, or give your engine a stop word.",
};

function* checkEnds(
  ends: readonly TurnEnd[],
  stops: Stops,
  { copy }: Exclude<ParsedCopy, Unread>,
  finding: FindingFactory<typeof messages>,
): Generator<Finding | Unread> {
  if (ends.length === 0 || stops.kind === "none") return;
  const written = ends.flatMap((end) => (end.kind === "marker" ? [end.text] : []));
  if (written.length < ends.length || written.some((text) => stops.texts.has(text))) return;
  if (stops.kind === "partly") {
    const reason =
      "which token ends an answer is given as a number, and the vocabulary is not there";
    return yield unread(copy.file, reason, { member: copy.member });
  }
  yield finding.caution(
    "never-stops",
    { written: written.slice(0, SHOWN).join(" or "), stops: [...stops.named].slice(0, SHOWN) },
    { file: copy.file, member: copy.member },
    { remedy: ADD_END },
  );
}
