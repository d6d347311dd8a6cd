import { jsonInteger, jsonMember, jsonString } from "@plimsoll/formats";

import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { EvidenceValues } from "../../../kernel/evidence.ts";
import type { Finding, Place } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import { belongsTo } from "../../../model/templates/tokenizer-of.ts";
import type { TokenizerFacts } from "../../../model/tokenizer.ts";
import { clashesOf } from "../vocabulary/clashes.ts";
import { checkGgufVocabulary } from "../vocabulary/gguf.ts";
import { messages } from "../vocabulary/messages.ts";
import { tokensBeyond } from "../vocabulary/reach.ts";
import { isPadded, rowsOfConfig, rowsOfWeights, type Rows } from "../vocabulary/rows.ts";
import { parseVocabularyFitFacts, type VocabularyFitFacts } from "../vocabulary/schema.ts";
import { disagreements } from "../vocabulary/twins.ts";

type Seen = EvidenceValues<"tokenizers" | "configs" | "gguf" | "safetensors" | "templates">;
type Say = FindingFactory<typeof messages>;

/** Clashes of one tokenizer that are told one by one. */
const SHOWN = 3;

export default defineCheck({
  id: "quality/vocabulary-fit",
  code: "PLM-QUA-010",
  title: "The tokenizer is the one of these weights",
  why: "A token without a row in the weights stops the engine, and a token with another's row is another word to the model.",
  source: {
    url: "https://pypi.org/project/transformers/5.24.0/#transformers/modeling_utils.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["tokenizers", "configs", "gguf", "safetensors", "templates"],
  limits: [
    "that a tokenizer of the right size is that of these weights cannot be seen in files",
    "pickled weights are not asked for their rows, only config.json then",
    "tokens that only code adds (tiktoken vocabularies) are not compared with the weights",
    "merges, and the rules by which text is cut, are not compared between files of one folder",
  ],
  page: {
    detects:
      "The highest number that tokenizer.json, tokenizer.model, tekken.json, vocab files and added tokens give out is held against the rows of the embedding table (read from safetensors headers) and against `vocab_size` in config.json; GGUF tokens against the rows of `token_embd.weight`. Files of one folder are held against each other: added tokens with one number, one token with two numbers, tokenizer.model or tekken.json beside tokenizer.json.",
    levels: {
      caution:
        "a token that is used has no row; config.json and weights differ, so that loading fails; two tokens share a number; or two files of one folder number ordinary tokens differently.",
      note: "a token without a row that only somebody who types it meets; special tokens that differ between files; far fewer tokens than rows. Rows beyond the tokens up to a round number are usual and not told.",
      unknown: "no file says how many rows the model has.",
    },
    mend: "Take tokenizer, configuration and weights from one revision of one publisher. After adding tokens: `model.resize_token_embeddings(len(tokenizer))`, then save both again.",
  },
  messages,
  *run(seen, { knowledge }, finding) {
    const facts = knowledge.read("vocabulary-fit", parseVocabularyFitFacts);
    if (seen.tokenizers.length === 0) return "not-applicable";
    for (const tokenizer of seen.tokenizers) {
      const model = seen.gguf.find(({ file }) => file === tokenizer.file);
      if (model !== undefined) yield* checkGgufVocabulary(model, finding);
      else yield* checkFolder(tokenizer, seen, facts, finding);
    }
  },
});

const ONE_REVISION = {
  text: "Take tokenizer, configuration and weights from one revision of one publisher.",
};
const RESIZE = {
  text: "Take the tokenizer of these weights, or resize the table to the tokenizer and save both again.",
};

function* checkFolder(
  tokenizer: TokenizerFacts,
  seen: Seen,
  facts: VocabularyFitFacts,
  finding: Say,
): Generator<Finding | Unread> {
  const folder = folderOf(tokenizer.file);
  const of = (base: string): ConfigFile | undefined =>
    seen.configs.find(({ file }) => file === folder + base);
  const config = of("config.json");
  const kind = jsonString(jsonMember(of("tokenizer_config.json")?.value, "tokenizer_class"));
  const isMoved = facts.moved.includes(kind?.replace(/Fast$/u, "") ?? "");
  const stated = rowsOfConfig(config);
  const held = rowsOfWeights(seen.safetensors, folder, facts);
  const rows = held ?? stated;
  if (held !== undefined && stated !== undefined) {
    yield* checkStated(held, stated, config, facts, finding);
  }
  if (rows !== undefined) {
    const texts = seen.templates.filter((copy) => belongsTo(copy, tokenizer, seen.gguf));
    const isWritten = (text: string): boolean => texts.some((copy) => copy.text.includes(text));
    yield* checkRows(tokenizer, rows, isMoved, isWritten, finding);
    yield* checkNamed([of("config.json"), of("generation_config.json")], rows, finding);
  } else if (config !== undefined) {
    yield unread(
      config.file,
      "neither it nor a header of weights says how many rows the model has",
    );
  }
  yield* checkClashes(tokenizer, isMoved, finding);
  for (const found of disagreements(tokenizer, isMoved)) {
    const level = found.isControlOnly ? "note" : "caution";
    const { isControlOnly: _, ...args } = found;
    const detail = found.isControlOnly ? {} : { remedy: ONE_REVISION };
    const cut = { ...args, text: short(args.text), instead: short(args.instead ?? "nothing") };
    yield finding[level]("files-differ", cut, { file: found.second }, detail);
  }
}

function* checkStated(
  held: Rows,
  stated: Rows,
  config: ConfigFile | undefined,
  facts: VocabularyFitFacts,
  finding: Say,
): Generator<Finding> {
  if (held.count === stated.count || isPadded(held.count, stated.count, config?.value, facts))
    return;
  const args = { rows: held.count, size: stated.count, file: held.file };
  const place: Place = { file: stated.file, member: stated.member };
  yield finding.caution("config-differs", args, place, { remedy: ONE_REVISION });
}

/** A tokenizer with less than this part of the rows is told: it may be another model's. */
const FEW = 0.75;

function* checkRows(
  tokenizer: TokenizerFacts,
  { count: rows, file, member }: Rows,
  isMoved: boolean,
  isWritten: (text: string) => boolean,
  finding: Say,
): Generator<Finding> {
  const beyond = tokensBeyond(tokenizer, rows, isMoved, isWritten);
  const place: Place = { file: tokenizer.file };
  if (beyond !== undefined) {
    const { use, text, ...rest } = beyond;
    const args = { ...rest, text: short(text), rows, file, member };
    if (use === undefined) yield finding.note("rare-beyond", args, place);
    else yield finding.caution("beyond", { ...args, use }, place, { remedy: RESIZE });
    return;
  }
  const { vocabulary, addedTokens } = tokenizer;
  if (vocabulary?.hasModelIds !== true || isMoved) return;
  const end = addedTokens.reduce((most, { id }) => Math.max(most, id + 1), vocabulary.end);
  if (end < rows * FEW) yield finding.note("few", { tokens: end, rows, file }, place);
}

/** Special tokens that configurations give as numbers. */
const NAMED = ["bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id"];

function* checkNamed(
  files: readonly (ConfigFile | undefined)[],
  rows: Rows,
  finding: Say,
): Generator<Finding> {
  for (const config of files) {
    for (const key of NAMED) {
      const id = jsonInteger(jsonMember(config?.value, key));
      if (id === undefined || config === undefined || id < rows.count) continue;
      const args = { file: config.file, key, id, rows: rows.count };
      const place: Place = { file: config.file, member: key };
      yield finding.caution("named-beyond", args, place, { remedy: ONE_REVISION });
    }
  }
}

function* checkClashes(
  tokenizer: TokenizerFacts,
  isMoved: boolean,
  finding: Say,
): Generator<Finding> {
  const clashes = clashesOf(tokenizer, isMoved);
  for (const clash of clashes.slice(0, SHOWN)) {
    const { first, second } = clash;
    const place: Place = { file: second.file };
    const detail = { remedy: ONE_REVISION };
    if (clash.kind === "one-number") {
      const args = {
        id: clash.id,
        first: short(first.text),
        second: short(second.text),
        file: first.file,
        of: clashes.length,
      };
      yield finding.caution("one-number", args, place, detail);
    } else {
      const args = {
        text: short(clash.text),
        first: first.id,
        second: second.id,
        file: first.file,
        of: clashes.length,
      };
      yield finding.caution("two-numbers", args, place, detail);
    }
  }
}

/** Characters of a token in a message. */
const TEXT_MAX_CHARS = 40;

function short(text: string): string {
  return text.length > TEXT_MAX_CHARS ? `${text.slice(0, TEXT_MAX_CHARS)}…` : text;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
