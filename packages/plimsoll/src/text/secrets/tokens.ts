import { RE2JS } from "re2js";

import { isAlphanumeric, touchesWord } from "../ascii.ts";
import { shannonEntropy } from "../entropy.ts";
import { buildScanner } from "../scan.ts";
import { hasCompanion } from "./companion.ts";
import type { SecretHit, VisitSecret } from "./hit.ts";
import type { PlaceholderTest } from "./plausible.ts";
import type { TokenRule } from "./schema.ts";

/** Finds tokens that their issuers gave a form; false when it gave up before the end. */
export type TokenFinder = (text: string, from: number, visit: VisitSecret) => boolean;

/** Characters of the longest token: a signed web token with its claims. */
const WINDOW_CHARACTERS = 4096;

/**
 * Candidates of one text that a pattern is tried on. A real file has a handful; a text of nothing but beginnings
 * would cost minutes (CWE-400).
 */
export const TOKEN_MAX_CANDIDATES = 20_000;

/**
 * Opens the search. A text is walked once for the beginnings of tokens; the pattern is tried only where enough
 * token characters follow one that stands free.
 */
export function openTokens(
  rules: readonly TokenRule[],
  isPlaceholder: PlaceholderTest,
): TokenFinder {
  const starts = rules.flatMap((rule) => {
    const pattern = compiledOnce(rule.pattern);
    return rule.starts.map((start) => ({ rule, start, pattern }));
  });
  const scanner = buildScanner(starts.map(({ start }) => start));
  return (text, from, visit) => {
    let candidates = 0;
    scanner.scan(from === 0 ? text : text.slice(from), (index, offset) => {
      const one = starts[index];
      const at = from + offset;
      if (one === undefined || isInside(text, at) || !reaches(text, at, one.rule.least)) return;
      candidates += 1;
      if (candidates > TOKEN_MAX_CANDIDATES) return;
      const window = text.slice(at, at + WINDOW_CHARACTERS);
      const matcher = one.pattern().matcher(window);
      if (!matcher.lookingAt()) return;
      const hit = judge(text, at, at + matcher.end(), one, isPlaceholder);
      if (hit !== undefined) visit(hit);
    });
    return candidates <= TOKEN_MAX_CANDIDATES;
  };
}

/** Compiles a pattern when it is first tried: most texts hold the beginnings of no token. */
function compiledOnce(pattern: string): () => RE2JS {
  let compiled: RE2JS | undefined;
  return () => (compiled ??= RE2JS.compile(pattern));
}

function judge(
  text: string,
  start: number,
  end: number,
  one: { readonly rule: TokenRule; readonly start: string },
  isPlaceholder: PlaceholderTest,
): SecretHit | undefined {
  const after = text.charCodeAt(end);
  if (isTokenCharacter(after) || after === PLUS || after === EQUALS) return undefined;
  const { rule } = one;
  const value = text.slice(start, end);
  const body = value.slice(one.start.length);
  if (shannonEntropy(body) < rule.entropy || isPlaceholder(value) || isPlaceholder(body)) {
    return undefined;
  }
  const found = { rule: rule.id, title: rule.title, start, end };
  if (rule.companion === undefined || !hasCompanion(text, start, end)) return found;
  return { ...found, companion: rule.companion };
}

/** True when a beginning lies within a longer word, as `sk-` in `task-`, or within base64. */
function isInside(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return touchesWord(text, at - 1) || before === HYPHEN || before === PLUS;
}

/** True when the word from `at` has `least` characters. Words begin where tokens do, so each is walked once a rule. */
function reaches(text: string, at: number, least: number): boolean {
  for (let index = at; index < at + least; index += 1) {
    if (!isTokenCharacter(text.charCodeAt(index))) return false;
  }
  return true;
}

const HYPHEN = 0x2d;
const PLUS = 0x2b;
const EQUALS = 0x3d;

function isTokenCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || code === HYPHEN;
}
