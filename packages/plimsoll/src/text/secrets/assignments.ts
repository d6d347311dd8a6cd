import { isAlphanumeric, isSpace } from "../ascii.ts";
import { shannonEntropy } from "../entropy.ts";
import { buildScanner } from "../scan.ts";
import type { VisitSecret } from "./hit.ts";
import { isMixed, isUuid, type PlaceholderTest } from "./plausible.ts";
import type { SecretFacts } from "./schema.ts";

/** Finds `name = "value"` with the name of a secret; in settings the quotes may be left out. */
export type AssignmentFinder = (
  text: string,
  about: {
    readonly isSettings: boolean;
    /** Where the first value may begin. */
    readonly from: number;
  },
  visit: VisitSecret,
) => void;

type Rule = SecretFacts["assignment"];

/** Opens the search. Each run of characters is walked once, so that the time is linear in the text. */
export function openAssignments(rule: Rule, isPlaceholder: PlaceholderTest): AssignmentFinder {
  const scanner = buildScanner(rule.names, { ignoreCase: true });
  return (text, { isSettings, from }, visit) => {
    const endOf = openRuns(text);
    const first = Math.max(0, from - MAX_BEFORE);
    scanner.scan(first === 0 ? text : text.slice(first), (name, offset) => {
      const nameEnd = first + offset + (rule.names[name] ?? "").length;
      const valueAt = assignmentEnd(text, nameEnd);
      const value = valueAt === undefined ? undefined : readValue(text, valueAt, endOf, isSettings);
      if (value === undefined || value.end - value.start > rule.longest) return;
      if (isSecret(text.slice(value.start, value.end), rule, isPlaceholder)) {
        visit({ rule: rule.id, title: rule.title, ...value });
      }
    });
  };
}

/** Characters of a name and of what may stand between it and its value. */
const MAX_BEFORE = 96;

/** White space around a sign of assignment. */
const MAX_SPACES = 8;

/** Where the value begins after `": "`, ` = `, `"] = `, ` := `, ` => ` or `: str = `. */
function assignmentEnd(text: string, nameEnd: number): number | undefined {
  let at = nameEnd;
  if (text.charAt(at) === "\\") at += 1;
  if (isQuote(text.charAt(at))) at += 1;
  if (text.charAt(at) === "]") at += 1;
  at = skipSpaces(text, at);
  if (text.startsWith(": str", at)) at = skipSpaces(text, at + ": str".length);
  const sign = [":=", "=>", "=", ":"].find((one) => text.startsWith(one, at));
  if (sign === undefined || text.startsWith("==", at)) return undefined;
  return skipSpaces(text, at + sign.length);
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at - from < MAX_SPACES && (text.charAt(at) === " " || text.charAt(at) === "\t")) at += 1;
  return at;
}

/** Where the run of value characters from an index ends; ask in the order of the text. */
type RunEnd = (from: number) => number;

/** Remembers the last run, so that a run of a million names is walked once and not once a name. */
function openRuns(text: string): RunEnd {
  let end = 0;
  return (from) => {
    if (from < end) return end;
    end = from;
    while (isValueCharacter(text.charCodeAt(end))) end += 1;
    return end;
  };
}

function readValue(
  text: string,
  from: number,
  endOf: RunEnd,
  isSettings: boolean,
): { readonly start: number; readonly end: number } | undefined {
  const escape = text.charAt(from) === "\\" ? 1 : 0;
  const quote = text.charAt(from + escape);
  const isQuoted = isQuote(quote);
  if (!isQuoted && !isSettings) return undefined;
  const start = isQuoted ? from + escape + 1 : from;
  const end = endOf(start);
  const after = text.charAt(end);
  const isClosed = isQuoted
    ? after === quote || (escape === 1 && after === "\\")
    : end === text.length || isSpace(text.charCodeAt(end));
  return isClosed ? { start, end } : undefined;
}

function isQuote(sign: string): boolean {
  return sign === '"' || sign === "'" || sign === "`";
}

/** What drawn secrets and passwords are made of. Brackets, `<` and `|` belong to placeholders and special tokens. */
function isValueCharacter(code: number): boolean {
  return isAlphanumeric(code) || SIGNS.has(code);
}

const SIGNS = new Set(Array.from("_-+/=.~!@#$%^&*:?", (sign) => sign.charCodeAt(0)));

function isSecret(value: string, rule: Rule, isPlaceholder: PlaceholderTest): boolean {
  return (
    value.length >= rule.least &&
    !value.startsWith("$") &&
    !value.includes("://") &&
    isMixed(value) &&
    shannonEntropy(value) >= rule.entropy &&
    !isUuid(value) &&
    !isPlaceholder(value)
  );
}
