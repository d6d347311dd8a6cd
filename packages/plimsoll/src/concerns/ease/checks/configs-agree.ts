import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import type { TokenizerFacts } from "../../../model/tokenizer.ts";
import { namedTokens, winnerOf, type NamedTokens } from "../agreement.ts";
import { SHOWN } from "../words.ts";

const messages = {
  "end-differs": (a: { text: string; id: number; winner: string; ids: readonly number[] }) =>
    `the tokenizer ends an answer with ${a.text} (${a.id}), but ${a.winner}, which decides, names ${a.ids.join(", ")}: answers may never stop`,
  "config-differs": (a: { file: string; ids: readonly number[]; winner: string }) =>
    `${a.file} names ${a.ids.join(", ")} as the end of an answer; ${a.winner} names others and decides`,
  "begin-differs": (a: { text: string; id: number; file: string; ids: readonly number[] }) =>
    `the tokenizer begins a text with ${a.text} (${a.id}), ${a.file} with ${a.ids.join(", ")}: the tokenizer decides`,
  "gguf-differs": (a: { file: string; ends: readonly string[]; text: string }) =>
    `${a.file} ends an answer with ${a.ends.join(", ")}, the tokenizer beside it with ${a.text}: each engine goes by its own file`,
};

export default defineCheck({
  id: "ease/configs-agree",
  code: "PLM-EAS-007",
  title: "The configurations agree on special tokens",
  why: "Which file an engine reads decides where an answer ends, so files that differ make one model behave as two.",
  source: {
    url: "https://pypi.org/project/transformers/5.24.0/#transformers/generation/utils.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["tokenizers", "configs"],
  limits: ["tokens other than those that begin and end a text are not compared"],
  page: {
    detects:
      "The tokens that begin and end a text are read from tokenizer_config.json, generation_config.json, config.json and from a GGUF file in the same folder, and held against each other. Files may name several ends: it is enough that they share one.",
    levels: {
      caution:
        "what decides where generation stops (generation_config.json, else config.json) does not name the tokenizer's own end token.",
      note: "other files differ; the message says which one wins.",
      unknown: "a number cannot be compared with a token, since the vocabulary is not there.",
    },
    mend: "Write the same numbers into `eos_token_id` of generation_config.json and config.json; generation_config.json may list several.",
  },
  messages,
  *run({ tokenizers, configs }, _context, finding) {
    const hub = tokenizers.filter(({ kind }) => kind === "hub");
    if (hub.length === 0) return "not-applicable";
    for (const tokenizer of hub) {
      const folder = folderOf(tokenizer.file);
      yield* checkEnd(tokenizer, namedTokens(configs, folder, "eos_token_id"), finding);
      yield* checkBegin(tokenizer, namedTokens(configs, folder, "bos_token_id"), finding);
      const beside = tokenizers.filter(
        ({ kind, file }) => kind === "gguf" && folderOf(file) === folder,
      );
      yield* checkGguf(tokenizer, beside, finding);
    }
  },
});

type Factory = FindingFactory<typeof messages>;

function* checkEnd(
  tokenizer: TokenizerFacts,
  named: NamedTokens,
  finding: Factory,
): Generator<Finding | Unread> {
  const winner = winnerOf(named);
  const text = tokenizer.special.eos;
  if (winner === undefined) return;
  const { generation, config } = named;
  if (generation !== undefined && config !== undefined && !shares(config.ids, generation.ids)) {
    const args = { file: config.file, ids: config.ids.slice(0, SHOWN), winner: generation.file };
    yield finding.note("config-differs", args, { file: config.file, member: "eos_token_id" });
  }
  if (text === undefined) return;
  const id = tokenizer.idOf?.(text);
  if (id === undefined) {
    yield unread(tokenizer.file, `the number of "${text}" is not known: no vocabulary holds it`);
  } else if (!winner.ids.includes(id)) {
    yield finding.caution(
      "end-differs",
      { text, id, winner: winner.file, ids: winner.ids.slice(0, SHOWN) },
      { file: winner.file, member: "eos_token_id" },
      { remedy: { text: `Add ${id} to eos_token_id in generation_config.json.` } },
    );
  }
}

function* checkBegin(
  tokenizer: TokenizerFacts,
  named: NamedTokens,
  finding: Factory,
): Generator<Finding> {
  const winner = winnerOf(named);
  const text = tokenizer.special.bos;
  const id = text === undefined ? undefined : tokenizer.idOf?.(text);
  if (winner === undefined || text === undefined || id === undefined) return;
  if (winner.ids.includes(id)) return;
  const args = { text, id, file: winner.file, ids: winner.ids.slice(0, SHOWN) };
  yield finding.note("begin-differs", args, { file: winner.file, member: "bos_token_id" });
}

function* checkGguf(
  tokenizer: TokenizerFacts,
  beside: readonly TokenizerFacts[],
  finding: Factory,
): Generator<Finding> {
  const hub = new Set(tokenizer.ends.flatMap(({ text }) => (text === undefined ? [] : [text])));
  const text = tokenizer.special.eos;
  if (text === undefined) return;
  for (const { file, ends } of beside) {
    const texts = ends.flatMap((end) => (end.text === undefined ? [] : [end.text]));
    if (texts.length === 0 || texts.some((one) => hub.has(one))) continue;
    yield finding.note("gguf-differs", { file, ends: texts.slice(0, SHOWN), text }, { file });
  }
}

function shares(some: readonly number[], others: readonly number[]): boolean {
  return some.some((id) => others.includes(id));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
