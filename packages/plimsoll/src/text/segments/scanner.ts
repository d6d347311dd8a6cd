import type { GuardEdit, ScanContext, Scanner, ScanStep } from "../../kernel/guard.ts";
import type { KeywordScanner } from "../scan.ts";
import { Breaks } from "./breaks.ts";
import { viewOf } from "./view.ts";

/** Characters before a segment that rules may look at: words that say what a number is. */
const CONTEXT_CHARS = 160;

/** Something that a rule found in a text. */
export type SegmentHit = {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly rule: string;
};

/** Looks through one text. */
export type SegmentFinder = (text: string) => readonly SegmentHit[];

/**
 * Scans a channel piece by piece, in segments that no value lies across.
 *
 * Each segment is looked at once and whole, so that the result is the same however the text was cut.
 */
export function openSegmentScanner(
  find: SegmentFinder,
  names: KeywordScanner,
  { isJson }: Pick<ScanContext, "isJson">,
): Scanner {
  const breaks = new Breaks(names);
  /** From CONTEXT_CHARS before the segment to the end of what came. */
  let text = "";
  let textStart = 0;
  let safe = 0;
  let quotes = 0;
  return {
    push: (piece, end) => {
      text += piece;
      const total = textStart + text.length;
      const at = end ? total : breaks.push(piece);
      if (at === undefined || at <= safe) return { safe, edits: [] };
      const step = look(at);
      const keep = Math.max(textStart, at - CONTEXT_CHARS);
      quotes += isJson ? quotesIn(text.slice(0, keep - textStart)) : 0;
      text = text.slice(keep - textStart);
      textStart = keep;
      return step;
    },
  };

  function look(at: number): ScanStep {
    const source = text.slice(0, at - textStart);
    const view = viewOf(source, isJson);
    const edits: GuardEdit[] = [];
    for (const hit of find(view.text)) {
      const place = view.source(hit.start, hit.end);
      const start = place.start + textStart;
      // What lies before was looked at with its own segment.
      if (start < safe) continue;
      const edit = { start, end: place.end + textStart, type: hit.type, rule: hit.rule };
      edits.push(isJson ? wholeToken(edit) : edit);
    }
    safe = at;
    return { safe, edits: apart(edits) };
  }

  /** In JSON a number is replaced whole, by a text: what is left must still be JSON. */
  function wholeToken(edit: GuardEdit): GuardEdit {
    const before = text.slice(0, edit.start - textStart);
    if ((quotes + quotesIn(before)) % 2 === 1) return edit;
    let { start, end } = edit;
    while (start > textStart && /[\d.eE+-]/u.test(text.charAt(start - 1 - textStart))) start -= 1;
    while (/[\d.eE+-]/u.test(text.charAt(end - textStart))) end += 1;
    const name = edit.type.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_");
    return { ...edit, start, end, replacement: `"[${name}]"` };
  }
}

/** Quotes that begin or end a string: those that no backslash takes away. */
function quotesIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "\\") at += 1;
    else if (sign === '"') count += 1;
  }
  return count;
}

/** In order, and none over another: of two the longer one stays. */
function apart(edits: readonly GuardEdit[]): readonly GuardEdit[] {
  const ordered = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: GuardEdit[] = [];
  for (const edit of ordered) {
    const last = kept.at(-1);
    if (last === undefined || edit.start >= last.end) kept.push(edit);
    else if (edit.end > last.end) kept[kept.length - 1] = { ...last, end: edit.end };
  }
  return kept;
}
