import type { Turn } from "../engine/turn.ts";
import type { GuardSide } from "../kernel/guard.ts";
import { WorkBudget } from "../gateway/pipeline/budget.ts";
import { Gate } from "../gateway/pipeline/gate.ts";
import type { PolicyGuard } from "../gateway/pipeline/guards.ts";
import { scanRequest } from "../gateway/pipeline/request.ts";
import { Restorer } from "../gateway/pipeline/restore.ts";
import { placeholderOf } from "../gateway/pipeline/surrogates.ts";
import { Tally } from "../gateway/pipeline/tally.ts";
import { secretScanRules } from "../text/secrets/rules.ts";
import type { SecretRules } from "../text/secrets/rules-schema.ts";
import { randomFrom, secretStream } from "./split-secrets.ts";

/** What became of many texts with secrets in them. */
export type RoundTripFigures = {
  readonly texts: number;
  /** Texts in which a rule, asked by itself, knows a secret. */
  readonly secret: number;
  /** Places at which texts were cut in two, on both sides. */
  readonly cuts: number;
  /** Texts out of which a secret came: none may be. */
  readonly leaks: number;
  /** Texts that came out otherwise when they were cut somewhere: none may be. */
  readonly different: number;
  /** Requests that did not come back as they were written: none may be. */
  readonly notRestored: number;
  /** Seeds of texts that went wrong, a few. */
  readonly seeds: readonly number[];
};

/** What people and machines put within words: nobody sees it, and it hides nothing. */
const UNSEEN = ["\u200B", "\u00AD", "\u2060", "\uFE0F", "\u{E0041}"];

/** What stands between two texts. */
const BETWEEN = [
  " ",
  "\n",
  ", ",
  "é",
  "[EMAIL_1]",
  "[",
  "😀",
  "\u0301",
  "\uD83D",
  "",
  "4111",
  "a@",
];

/**
 * Sends texts with one to three secrets through the guards: whole and cut in two at every place, as a request and
 * as an answer; and puts what stands for the secrets back.
 */
export async function sendRoundTrips(
  guards: readonly PolicyGuard[],
  rules: SecretRules,
  { texts, seed }: { readonly texts: number; readonly seed: number },
): Promise<RoundTripFigures> {
  const finders = secretScanRules(rules);
  const figures = { texts, secret: 0, cuts: 0, leaks: 0, different: 0, notRestored: 0 };
  const seeds: number[] = [];
  for (let at = 0; at < texts; at += 1) {
    const { text, known } = textOf(finders, rules, seed + at);
    const cut = sendCut(text, guards);
    const trip = await sendAndRestore(text, guards, seed + at);
    const wrong = {
      leaks: known.some((one) => seen(cut.whole).includes(one) || seen(trip.sent).includes(one)),
      different: cut.isDifferent,
      notRestored: trip.restored !== text,
    };
    figures.cuts += cut.cuts;
    if (known.length > 0) figures.secret += 1;
    if (wrong.leaks) figures.leaks += 1;
    if (wrong.different) figures.different += 1;
    if (wrong.notRestored) figures.notRestored += 1;
    if (Object.values(wrong).some(Boolean) && seeds.length < 10) seeds.push(seed + at);
  }
  return { ...figures, seeds };
}

/** A text, and what a rule finds in it by itself. */
function textOf(
  finders: ReturnType<typeof secretScanRules>,
  rules: SecretRules,
  seed: number,
): { readonly text: string; readonly known: readonly string[] } {
  const next = randomFrom(seed);
  const known: string[] = [];
  let text = "";
  for (let count = 1 + next(3); count > 0; count -= 1) {
    const stream = secretStream(finders, rules, seed * 31 + count);
    known.push(...stream.known);
    text += hidden(stream.text, next) + (BETWEEN[next(BETWEEN.length)] ?? "");
  }
  return { text, known };
}

/** Half of the texts have something within them that is not seen. */
function hidden(text: string, next: (limit: number) => number): string {
  if (next(2) === 0) return text;
  const at = next(text.length);
  // Not between the halves of a pair: that would be another text.
  if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) return text;
  return text.slice(0, at) + (UNSEEN[next(UNSEEN.length)] ?? "") + text.slice(at);
}

function seen(text: string): string {
  return UNSEEN.reduce((rest, sign) => rest.replaceAll(sign, ""), text);
}

function sendCut(
  text: string,
  guards: readonly PolicyGuard[],
): { readonly whole: string; readonly cuts: number; readonly isDifferent: boolean } {
  let whole = "";
  let cuts = 0;
  let isDifferent = false;
  for (const side of ["request", "response"] as const) {
    whole = through([text], side, guards);
    for (let at = 1; at < text.length; at += 1) {
      cuts += 1;
      isDifferent ||= through([text.slice(0, at), text.slice(at)], side, guards) !== whole;
    }
    isDifferent ||= through(text.split(""), side, guards) !== whole;
  }
  return { whole, cuts, isDifferent };
}

function through(
  pieces: readonly string[],
  side: GuardSide,
  guards: readonly PolicyGuard[],
): string {
  let out = "";
  const gate = new Gate(
    guards,
    { side, channel: "text", isJson: false, budget: new WorkBudget() },
    {
      pass: (passed) => {
        out += passed.text;
      },
      halt: ({ reason }) => {
        out += `(halted: ${reason})`;
      },
      replace: placeholderOf,
    },
    new Tally().of("text"),
  );
  for (const piece of pieces) gate.push(piece, false);
  gate.push("", true);
  return out;
}

/** What an engine would read, and what a person would when the engine says the same. */
async function sendAndRestore(
  text: string,
  guards: readonly PolicyGuard[],
  seed: number,
): Promise<{ readonly sent: string; readonly restored: string }> {
  const scanned = await scanRequest(turnOf(text), guards);
  if (scanned.kind !== "passed") return { sent: "", restored: `(${scanned.halt.reason})` };
  const [part] = scanned.turn.messages[0]?.parts ?? [];
  const sent = part?.kind === "text" ? part.text : "";
  const restorer = new Restorer(scanned.originals, false);
  const next = randomFrom(seed);
  let restored = "";
  for (let at = 0; at < sent.length;) {
    const length = 1 + next(9);
    restored += restorer.push(sent.slice(at, at + length), false);
    at += length;
  }
  return { sent, restored: restored + restorer.push("", true) };
}

function turnOf(text: string): Turn {
  return {
    model: "m",
    messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text }] }],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra: {},
  };
}
