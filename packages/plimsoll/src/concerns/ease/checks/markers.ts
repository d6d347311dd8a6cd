import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { TokenizerFacts } from "../../../model/tokenizer.ts";
import { chatUnits } from "../chat-units.ts";
import { markersOf } from "../markers.ts";
import { parsedCopies, type ParsedCopy } from "../parsed-copies.ts";
import { parseChatModelFacts } from "../schema.ts";
import { turnEndsOf } from "../turn-ends.ts";
import { listed, SHOWN } from "../words.ts";

const messages = {
  "split-markers": (a: { markers: readonly string[]; count: number }) =>
    `the chat template writes ${listed(a.markers, a.count)}, which ${a.count === 1 ? "is no token" : "are no tokens"} of this vocabulary: the model sees loose letters instead`,
  "text-markers": (a: { markers: readonly string[]; count: number }) =>
    `the chat template marks turns with plain text (${listed(a.markers, a.count)}), not with tokens: a user can type the same`,
};

export default defineCheck({
  id: "ease/markers",
  code: "PLM-EAS-003",
  title: "The markers of a conversation are tokens",
  why: "A marker that is no single token reaches the model as loose letters, which it was not trained on.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates", "tokenizers", "gguf", "configs"],
  limits: ["only markers of the form <|…|> are looked up in the vocabulary"],
  page: {
    detects:
      "Every marker such as `<|im_start|>` in the chat template is looked up in the vocabulary beside it.",
    levels: {
      caution: "a marker is not one token of the vocabulary.",
      note: "all markers are plain text and turns end with a proper token, as in the Zephyr family.",
      unknown:
        "the template could not be parsed, or the vocabulary it needs is not among the files.",
    },
    mend: "The tokenizer or the template comes from another model: take both from one publisher and revision.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const facts = knowledge.read("chat-models", parseChatModelFacts);
    const units = chatUnits(evidence, facts).filter(({ templates }) => templates.length > 0);
    if (units.length === 0) return "not-applicable";
    for (const unit of units) {
      for (const copy of parsedCopies(unit)) {
        if (copy.kind === "unread") yield copy;
        else yield* checkMarkers(copy, unit.tokenizer, finding);
      }
    }
  },
});

const ONE_PUBLISHER = {
  text: "Take tokenizer and chat template from the same publisher and revision.",
};

function* checkMarkers(
  { copy, body }: Exclude<ParsedCopy, Unread>,
  tokenizer: TokenizerFacts | undefined,
  finding: FindingFactory<typeof messages>,
): Generator<Finding | Unread> {
  const markers = markersOf(body);
  const split = markers.filter((marker) => tokenizer?.has?.(marker) !== true);
  if (split.length === 0) return;
  const place = { file: copy.file, member: copy.member };
  if (tokenizer?.has === undefined || !tokenizer.hasWholeVocabulary) {
    const reason =
      "the vocabulary is not there: whether the template's markers are tokens is not known";
    return yield unread(copy.file, reason, { member: copy.member });
  }
  const args = { markers: split.slice(0, SHOWN), count: split.length };
  // Some families were trained on markers of plain text; their turns end with a token all the same.
  const ends = turnEndsOf(body, tokenizer);
  const trained = split.length === markers.length && ends.some((end) => end.kind === "eos");
  if (trained) yield finding.note("text-markers", args, place);
  else yield finding.caution("split-markers", args, place, { remedy: ONE_PUBLISHER });
}
