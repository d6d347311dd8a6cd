import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";

/** A byte-pair vocabulary as tiktoken keeps it. Special tokens are in the code that uses it, not in the file. */
export type TiktokenVocabulary = {
  /** Number of each entry, by its bytes as base64. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Highest number plus one. */
  readonly end: number;
};

/** Entries of one file. The largest in use have some 200,000 (CWE-770). */
export const TIKTOKEN_MAX_ENTRIES = 4_194_304;

/** Characters of one line. A real entry has up to some 200; more is no token (CWE-770). */
export const TIKTOKEN_MAX_LINE = 65_536;

/**
 * Reads a vocabulary of lines `base64 number`, the form of `.tiktoken` files and of Llama 3's
 * `tokenizer.model`.
 *
 * Offsets are indices into `text`. Faults: `bad-field` for a line of another form (it is left out),
 * `duplicate` for an entry that occurs again, `limit`.
 * @throws FormatError `bad-magic` when the first line is of another form.
 * @see https://github.com/openai/tiktoken/blob/0.12.0/tiktoken/load.py, recalled 2026-11-25
 */
export function readTiktoken(
  text: string,
  limits: { readonly entries?: number; readonly line?: number } = {},
): Parsed<TiktokenVocabulary> {
  const { entries: most = TIKTOKEN_MAX_ENTRIES, line: longest = TIKTOKEN_MAX_LINE } = limits;
  const ranks = new Map<string, number>();
  const faults = new FaultList();
  let end = 0;
  let isWhole = true;
  for (let at = 0; at < text.length;) {
    const found = text.indexOf("\n", at);
    const stop = found === -1 ? text.length : found;
    if (ranks.size >= most) {
      faults.stop(FormatError.limit("TIKTOKEN_MAX_ENTRIES", most, at));
      isWhole = false;
      break;
    }
    const entry = stop - at > longest ? undefined : entryOf(text.slice(at, stop));
    if (entry === undefined && at === 0) {
      throw new FormatError("bad-magic", "not a list of base64 texts with numbers", { offset: 0 });
    }
    if (entry === undefined) faults.add("bad-field", "a line of another form", at);
    else if (entry !== "blank") {
      if (ranks.has(entry.bytes)) faults.add("duplicate", "an entry occurs again", at);
      ranks.set(entry.bytes, entry.rank);
      end = Math.max(end, entry.rank + 1);
    }
    at = stop + 1;
  }
  return {
    value: { ranks, end },
    faults: faults.list,
    complete: isWhole && !faults.overflowed,
    unclaimed: [],
  };
}

const ENTRY = /^([A-Za-z0-9+/]+={0,2}) (\d{1,9})\r?$/;

function entryOf(line: string): { bytes: string; rank: number } | "blank" | undefined {
  if (line === "" || line === "\r") return "blank";
  const match = ENTRY.exec(line);
  const [, bytes, rank] = match ?? [];
  return bytes === undefined || rank === undefined ? undefined : { bytes, rank: Number(rank) };
}
