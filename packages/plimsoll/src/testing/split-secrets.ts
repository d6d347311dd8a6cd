import type { Delta } from "../engine/delta.ts";
import { Answer } from "../gateway/pipeline/answer.ts";
import type { PolicyGuard } from "../gateway/pipeline/guards.ts";
import { placeholderOf } from "../gateway/pipeline/surrogates.ts";
import type { ScanHit } from "../text/scan/hit.ts";
import { secretScanRules } from "../text/secrets/rules.ts";
import type { SecretRules } from "../text/secrets/rules-schema.ts";
import { sampleOf } from "./pattern-sample.ts";

/** What became of many streams with a secret each, cut anywhere. */
export type SplitFigures = {
  readonly streams: number;
  /** Streams in which a rule, asked about the whole text by itself, knows the secret. */
  readonly secret: number;
  /** Streams out of which it came all the same: none may be. */
  readonly leaks: number;
  /** Streams whose text is not that of the whole text in one piece: none may be. */
  readonly different: number;
  /** Streams of JSON that came out as none. */
  readonly broken: number;
  /** Seeds of streams that went wrong, a few. */
  readonly seeds: readonly number[];
};

/** The channels that secrets are streamed in. */
const KINDS = ["text", "reasoning", "args"] as const;

type Kind = (typeof KINDS)[number];

/** Values that are known by their check digits or form, with inert contents. */
const IDENTIFIERS = [
  "ada.lovelace@example.org",
  "4111 1111 1111 1111",
  "5500000000000004",
  "DE89 3704 0044 0532 0130 00",
  "+49 30 901820",
  "91.198.174.192",
  "SSN 219-09-9999",
];

const WORDS = [
  "so",
  "it is",
  "done,",
  "key",
  "token:",
  "=",
  "\n",
  "42",
  "(see below)",
  "ok.",
  "é 😀",
];

/**
 * Streams secrets made by the rules' own expressions through the guards, cut at random, from a first seed on.
 *
 * A rule is asked about the whole text beside it, without the automaton: what it finds there must not come out.
 */
export function streamSplitSecrets(
  guards: readonly PolicyGuard[],
  rules: SecretRules,
  { streams, seed }: { readonly streams: number; readonly seed: number },
): SplitFigures {
  const finders = secretScanRules(rules);
  const figures = { streams, secret: 0, leaks: 0, different: 0, broken: 0 };
  const seeds: number[] = [];
  for (let at = 0; at < streams; at += 1) {
    const { kind, all, known, pieces } = secretStream(finders, rules, seed + at);
    const whole = streamed([all], kind, guards);
    const split = streamed(pieces, kind, guards);
    const said = kind === "args" ? noteOf(split) : split;
    const wrong = {
      leaks: known.some((one) => said?.includes(one) === true),
      different: whole !== split,
      broken: said === undefined,
    };
    if (known.length > 0) figures.secret += 1;
    if (wrong.leaks) figures.leaks += 1;
    if (wrong.different) figures.different += 1;
    if (wrong.broken) figures.broken += 1;
    if (Object.values(wrong).some(Boolean) && seeds.length < 10) seeds.push(seed + at);
  }
  return { ...figures, seeds };
}

/** One answer with a secret in it. */
export type SecretStream = {
  readonly kind: Kind;
  /** The prose with the secret. */
  readonly text: string;
  /** The whole of it: prose, or JSON for the arguments of a tool, with the prose as its `note`. */
  readonly all: string;
  /** What must not come out. */
  readonly known: readonly string[];
  /** `all`, cut at random. */
  readonly pieces: readonly string[];
};

/** Makes one answer with a secret that one of the rules, or one of the identifiers, knows. */
export function secretStream(
  finders: ReturnType<typeof secretScanRules>,
  rules: SecretRules,
  seed: number,
): SecretStream {
  const next = randomFrom(seed);
  const rule = finders[next(finders.length + 20)];
  const keyword = rules.rules.find(({ regex }) => regex === rule?.pattern)?.keywords[0] ?? "";
  const value =
    rule === undefined
      ? (IDENTIFIERS[next(IDENTIFIERS.length)] ?? "")
      : `${keyword} ${sampleOf(rule.pattern, next)}`;
  const text = `${proseOf(next)} ${value} ${proseOf(next)}\n`;
  const known: string[] = rule === undefined ? [value.replace("SSN ", "")] : [];
  rule?.find(text, 0, ({ start, end }: ScanHit) => known.push(text.slice(start, end)));
  const kind = KINDS[next(KINDS.length)] ?? "text";
  const all = kind === "args" ? JSON.stringify({ note: text, n: 1 }) : text;
  return { kind, text, all, known, pieces: cutAtRandom(all, next) };
}

/** A generator of numbers below a limit, the same for the same seed (Lehmer). */
export function randomFrom(seed: number): (limit: number) => number {
  let state = (seed * 7_919 + 12_345) % 2_147_483_647;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

function proseOf(next: (limit: number) => number): string {
  return Array.from({ length: next(10) }, () => WORDS[next(WORDS.length)]).join(" ");
}

/** A text in pieces of one to nine characters. */
export function cutAtRandom(text: string, next: (limit: number) => number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + next(9);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** What comes out of the guards. */
function streamed(pieces: readonly string[], kind: Kind, guards: readonly PolicyGuard[]): string {
  let text = "";
  const answer = new Answer({
    guards,
    isJson: false,
    originals: new Map(),
    hasLogprobs: false,
    replace: placeholderOf,
    sink: {
      release: (delta) => {
        if (delta.kind === "tool") text += delta.args ?? "";
        else if ("text" in delta) text += delta.text;
      },
      edited: () => {},
      halt: ({ reason }) => {
        text += `(halted: ${reason})`;
      },
      done: () => {},
    },
  });
  for (const piece of pieces) answer.push(deltaOf(piece, kind));
  answer.end(undefined);
  return text;
}

function deltaOf(piece: string, kind: Kind): Delta {
  if (kind === "args") return { kind: "tool", choice: 0, index: 0, args: piece };
  return { kind, choice: 0, text: piece };
}

function noteOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && "note" in value
      ? String(value.note)
      : undefined;
  } catch {
    // Counted as broken.
    return undefined;
  }
}
