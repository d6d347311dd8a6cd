import { setImmediate } from "node:timers/promises";

import type { Message, Part, Turn } from "../../engine/turn.ts";
import type { GuardEdit } from "../../kernel/guard.ts";
import type { PolicyGuard } from "./guards.ts";

/**
 * Characters on each side of a cut that guards are shown: longer than cards, addresses and most keys. What lies
 * between, in a longer part, is left out, so that it is not looked at twice.
 */
export const ACROSS_CHARS = 512;

/** Characters of one request that are looked at for this; parts beyond are put together unasked (CWE-400). */
export const ACROSS_MAX_CHARS = 1_048_576;

/** Characters looked at before other requests have their turn (CWE-400). */
const TURN_CHARS = 65_536;

/** Stands where the middle of a part is left out: no value goes on over it. */
const LEFT_OUT = "\n\n";

/**
 * Puts parts of a message together where a guard finds something that lies across their border.
 *
 * Programs cut long texts into parts anywhere, and engines put them together again: a key that was cut in two is a
 * key. Parts between which nothing lies stay as they are, since engines differ in what they put between them. Only
 * guards that answer at once are asked here; all of them see the parts themselves.
 */
export async function joinCutParts(turn: Turn, guards: readonly PolicyGuard[]): Promise<Turn> {
  const asked = guards.filter(
    ({ mode, sides, channels }) =>
      mode !== "observe" && sides.includes("request") && channels.includes("text"),
  );
  if (asked.length === 0 || turn.messages.every(({ parts }) => parts.length < 2)) return turn;
  const messages: Message[] = [];
  const spent: Spent = { chars: 0, sinceOthers: 0 };
  for (const message of turn.messages) {
    messages.push(message.parts.length < 2 ? message : await joinIn(message, asked, spent));
  }
  return { ...turn, messages };
}

type Spent = { chars: number; sinceOthers: number };

async function joinIn(
  message: Message,
  guards: readonly PolicyGuard[],
  spent: Spent,
): Promise<Message> {
  const joined: Part[] = [];
  for (let at = 0; at < message.parts.length;) {
    const texts = textsFrom(message.parts, at);
    const whole = texts.length < 2 ? texts : await joinTexts(texts, guards, spent);
    if (texts.length === 0) joined.push(...message.parts.slice(at, at + 1));
    for (const text of whole) joined.push({ kind: "text", text });
    at += Math.max(1, texts.length);
  }
  return joined.length === message.parts.length ? message : { ...message, parts: joined };
}

/** The texts that follow one another from a place on. */
function textsFrom(parts: readonly Part[], from: number): readonly string[] {
  const texts: string[] = [];
  for (let at = from; at < parts.length; at += 1) {
    const part = parts[at];
    if (part?.kind !== "text") break;
    texts.push(part.text);
  }
  return texts;
}

async function joinTexts(
  texts: readonly string[],
  guards: readonly PolicyGuard[],
  spent: Spent,
): Promise<readonly string[]> {
  /** Where each text begins in what is shown. */
  const begins: number[] = [];
  let shown = "";
  for (const text of texts) {
    begins.push(shown.length);
    shown += endsOf(text);
  }
  spent.chars += shown.length;
  if (spent.chars > ACROSS_MAX_CHARS) return [texts.join("")];
  spent.sinceOthers += shown.length;
  if (spent.sinceOthers > TURN_CHARS) {
    spent.sinceOthers = 0;
    await setImmediate();
  }
  const crossed = new Set<number>();
  for (const guard of guards) markCrossed(editsOf(guard, shown), begins, crossed);
  const joined: string[] = [];
  for (const [at, text] of texts.entries()) {
    if (crossed.has(at)) joined[joined.length - 1] += text;
    else joined.push(text);
  }
  return joined;
}

function endsOf(text: string): string {
  if (text.length <= 2 * ACROSS_CHARS) return text;
  return text.slice(0, ACROSS_CHARS) + LEFT_OUT + text.slice(-ACROSS_CHARS);
}

/** Marks the texts that begin within an edit; edits and texts are in order. */
function markCrossed(
  edits: readonly GuardEdit[],
  begins: readonly number[],
  crossed: Set<number>,
): void {
  let first = 0;
  for (const { start, end } of edits) {
    while ((begins[first] ?? Infinity) <= start) first += 1;
    for (let at = first; (begins[at] ?? Infinity) < end; at += 1) crossed.add(at);
  }
}

function editsOf(guard: PolicyGuard, text: string): readonly GuardEdit[] {
  try {
    const scanner = guard.open({ side: "request", channel: "text", isJson: false });
    const step = scanner.push(text, true);
    if (!(step instanceof Promise)) return step.edits;
    step.catch(() => {});
    return [];
  } catch {
    // What becomes of a guard that fails is decided where it looks at the parts.
    return [];
  }
}
