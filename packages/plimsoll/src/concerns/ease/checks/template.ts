import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { TemplateCopy } from "../../../model/evidence/templates.ts";
import { parseTemplate } from "../../../model/templates/parse.ts";
import type { TokenizerFacts } from "../../../model/tokenizer.ts";
import { chatUnits, type ChatUnit } from "../chat-units.ts";
import { markersOf } from "../markers.ts";
import { parseChatModelFacts, type ChatModelFacts } from "../schema.ts";
import { stopsAt, type Stops } from "../stops.ts";
import { turnEndsOf, type TurnEnd } from "../turn-ends.ts";

const messages = {
  absent: (a: { file: string }) =>
    `${a.file} comes without a chat template: this looks like a base model, which continues text and does not chat`,
  "split-markers": (a: { markers: readonly string[]; count: number }) =>
    `the chat template writes ${list(a.markers, a.count)}, which ${a.count === 1 ? "is no token" : "are no tokens"} of this vocabulary: the model sees loose letters instead`,
  "text-markers": (a: { markers: readonly string[]; count: number }) =>
    `the chat template marks turns with plain text (${list(a.markers, a.count)}), not with tokens: a user can type the same`,
  "no-end": (a: { file: string }) =>
    `nothing says at which token an answer of ${a.file} ends: answers may never stop`,
  "never-stops": (a: { written: string; stops: readonly string[] }) =>
    `the chat template ends a turn with ${a.written}, but generation stops only at ${a.stops.join(", ")}: answers may never stop`,
};

export default defineCheck({
  id: "ease/template",
  code: "PLM-EAS-001",
  title: "The model can hold a conversation",
  why: "Without a template that fits its tokenizer a model answers nonsense, or never stops, and nothing says why.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/01168c66a92020ed5bab04961e3def541e897779/docs/source/en/chat_templating.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates", "tokenizers", "gguf", "configs"],
  limits: [
    "the chat template is read and not rendered: that it fails on some conversations, or drops the system message, is not seen",
    "the end of a turn is read off the order of the template's parts; a template that puts its prompt together in variables is followed only in part",
    "only markers of the form <|…|> are looked up in the vocabulary",
  ],
  page: {
    detects:
      "For each language model in the folder (a GGUF file with a tokenizer, or a folder of tokenizer files): is there a chat template; is each of its markers such as `<|im_start|>` one token of the vocabulary; is a token known at which answers end; and is the marker that the template writes after a message among the tokens at which generation stops. For GGUF files the tokens that llama.cpp knows by their text count too.",
    levels: {
      caution:
        "there is no template, a marker is not a token, no end token is named, or the end of a turn is not one",
      note: "all markers are plain text and turns end with a proper token, as in the Zephyr family",
      unknown:
        "the template could not be parsed, or the vocabulary it needs is not among the files",
    },
    mend: "No template: take the instruct (chat) variant of the model, or use it for plain completion. Markers or ends that do not fit: the tokenizer or the template comes from another model; take both from one publisher. Answers that never stop: add the token to `eos_token_id` in generation_config.json, or give your engine a stop word.",
  },
  messages,
  *run(evidence, { knowledge }, finding) {
    const facts = knowledge.read("chat-models", parseChatModelFacts);
    const units = chatUnits(evidence, facts);
    if (units.length === 0) return "not-applicable";
    for (const unit of units) {
      if (unit.templates.length === 0) {
        yield finding.caution(
          "absent",
          { file: unit.file },
          { file: unit.file },
          { remedy: INSTRUCT },
        );
      } else if (unit.tokenizer === undefined) {
        yield unread(unit.file, "there is no tokenizer to hold the chat template against");
      } else {
        yield* checkUnit(unit, unit.tokenizer, facts, finding);
      }
    }
  },
});

type Factory = FindingFactory<typeof messages>;

const INSTRUCT = {
  text: "Take the instruct (chat) variant of this model, or give your engine a chat template.",
};
const ONE_PUBLISHER = {
  text: "Take tokenizer and chat template from the same publisher and revision.",
};
const ADD_END = {
  text: "Add the token to eos_token_id in generation_config.json, or give your engine a stop word.",
};

function* checkUnit(
  unit: ChatUnit,
  tokenizer: TokenizerFacts,
  facts: ChatModelFacts,
  finding: Factory,
): Generator<Finding | Unread> {
  const stops = stopsAt(tokenizer, facts);
  if (stops.kind === "none") {
    yield finding.caution("no-end", { file: unit.file }, { file: unit.file }, { remedy: ADD_END });
  }
  const seen = new Set<string>();
  for (const copy of unit.templates) {
    if (seen.has(copy.text)) continue;
    seen.add(copy.text);
    const parsed = parseTemplate(copy.text);
    if (parsed.kind === "unparsed") {
      yield unread(copy.file, parsed.reason, { member: copy.member });
      continue;
    }
    const ends = turnEndsOf(parsed.body, tokenizer);
    yield* checkMarkers(markersOf(parsed.body), ends, tokenizer, copy, finding);
    yield* checkEnds(ends, stops, copy, finding);
  }
}

/** Markers named in a message; a template has tens. */
const MARKERS_SHOWN = 4;

function* checkMarkers(
  markers: readonly string[],
  ends: readonly TurnEnd[],
  tokenizer: TokenizerFacts,
  copy: TemplateCopy,
  finding: Factory,
): Generator<Finding | Unread> {
  const split = markers.filter((marker) => tokenizer.has?.(marker) !== true);
  if (split.length === 0) return;
  const place = { file: copy.file, member: copy.member };
  if (tokenizer.has === undefined || !tokenizer.hasWholeVocabulary) {
    const reason =
      "the vocabulary is not there: whether the template's markers are tokens is not known";
    return yield unread(copy.file, reason, { member: copy.member });
  }
  const args = { markers: split.slice(0, MARKERS_SHOWN), count: split.length };
  // Some families were trained on markers of plain text; their turns end with a token all the same.
  const trained = split.length === markers.length && ends.some((end) => end.kind === "eos");
  if (trained) yield finding.note("text-markers", args, place);
  else yield finding.caution("split-markers", args, place, { remedy: ONE_PUBLISHER });
}

function* checkEnds(
  ends: readonly TurnEnd[],
  stops: Stops,
  copy: TemplateCopy,
  finding: Factory,
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
    {
      written: written.slice(0, MARKERS_SHOWN).join(" or "),
      stops: [...stops.named].slice(0, MARKERS_SHOWN),
    },
    { file: copy.file, member: copy.member },
    { remedy: ADD_END },
  );
}

function list(markers: readonly string[], count: number): string {
  const more = count - markers.length;
  return more > 0 ? `${markers.join(", ")} and ${more} more` : markers.join(", ");
}
