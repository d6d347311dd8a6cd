import { AnswerReader } from "../engine/openai/answer.ts";
import { EventReader } from "../engine/openai/events.ts";
import { DIALECTS } from "../gateway/dialects/all.ts";
import { Answer } from "../gateway/pipeline/answer.ts";
import type { PolicyGuard } from "../gateway/pipeline/guards.ts";
import { scanRequest } from "../gateway/pipeline/request.ts";
import { placeholderOf } from "../gateway/pipeline/surrogates.ts";
import type { Turn } from "../engine/turn.ts";
import type { JsonObject } from "../kernel/json.ts";
import { secretScanRules } from "../text/secrets/rules.ts";
import type { SecretRules } from "../text/secrets/rules-schema.ts";
import { FACTS, USAGE } from "./dialects/answers.ts";
import { readAnswer, type ReadAnswer, type ReadDialect } from "./dialects/client.ts";
import { decodeText, turnOf } from "./dialects/decoding.ts";
import {
  cutAtRandom,
  randomFrom,
  secretStream,
  type SecretStream,
  type SplitFigures,
} from "./split-secrets.ts";

/** The dialects that secrets are streamed through. */
export const SPLIT_DIALECTS: readonly ReadDialect[] = ["chat", "messages", "responses"];

/** What became of the same streams in one dialect. */
export type DialectFigures = SplitFigures & {
  /** Streams whose repeated events do not say what their pieces said: none may be. */
  readonly inconsistent: number;
  /** Secrets of a person's own that reached the server, or did not come back with its answer: none may be. */
  readonly unrestored: number;
};

/**
 * Streams secrets through all that a secret passes in one dialect: the upstream's bytes cut at random, the reader of
 * its events, the guards, and the dialect's encoder; then reads the bytes as a client does.
 *
 * Compared with the same answer in one piece as one body. A leak is looked for in the raw bytes, as they are and as
 * JSON writes them once and twice over, and in what the client put together.
 */
export async function streamThroughDialect(
  dialect: ReadDialect,
  guards: readonly PolicyGuard[],
  rules: SecretRules,
  { streams, seed }: { readonly streams: number; readonly seed: number },
): Promise<DialectFigures> {
  const finders = secretScanRules(rules);
  const none = { secret: 0, leaks: 0, different: 0, broken: 0, inconsistent: 0, unrestored: 0 };
  const figures = { streams, ...none };
  const seeds: number[] = [];
  for (let at = 0; at < streams; at += 1) {
    const stream = secretStream(finders, rules, seed + at);
    const wrong = await wrongIn(dialect, guards, stream, randomFrom(seed + at + 1));
    if (stream.known.length > 0) figures.secret += 1;
    if (wrong.leaks) figures.leaks += 1;
    if (wrong.different) figures.different += 1;
    if (wrong.broken) figures.broken += 1;
    if (wrong.inconsistent) figures.inconsistent += 1;
    if (wrong.unrestored) figures.unrestored += 1;
    if (Object.values(wrong).some(Boolean) && seeds.length < 10) seeds.push(seed + at);
  }
  return { ...figures, seeds };
}

type Wrong = Readonly<
  Record<"leaks" | "different" | "broken" | "inconsistent" | "unrestored", boolean>
>;

async function wrongIn(
  dialect: ReadDialect,
  guards: readonly PolicyGuard[],
  stream: SecretStream,
  next: (limit: number) => number,
): Promise<Wrong> {
  const asked = { dialect, guards, body: bodyOf(dialect, "Hello") };
  const split = await passThrough({ ...asked, isStream: true, upstream: cutStream(stream, next) });
  const whole = await passThrough({ ...asked, isStream: false, upstream: [wholeBody(stream)] });
  const { known, kind } = stream;
  const told = [split.read, whole.read].map((read) => partOf(read, kind));
  const isOut = (one: string): boolean =>
    [split, whole].some(({ sent }) => forms(one).some((form) => sent.includes(form))) ||
    told.some((text) => text.includes(one));
  return {
    leaks: known.some(isOut),
    different: !isSame(told[0] ?? "", told[1] ?? "", kind),
    broken: kind === "args" && told.some((text) => !isJson(text)),
    inconsistent: !split.read.isConsistent,
    unrestored: !(await roundTrip(dialect, guards, stream, { next, isStream: next(2) === 0 })),
  };
}

/**
 * A person says the text, and the server says again what it was sent: true when no secret was sent, and the
 * person's own text came back whole.
 */
export async function roundTrip(
  dialect: ReadDialect,
  guards: readonly PolicyGuard[],
  { text, known, kind }: SecretStream,
  { next, isStream }: { readonly next: (limit: number) => number; readonly isStream: boolean },
): Promise<boolean> {
  let sent = "";
  const upstream = (turn: Turn): readonly Buffer[] => {
    sent = saidIn(turn);
    const all = kind === "args" ? JSON.stringify({ note: sent }) : sent;
    const echoed = { kind, text, all, known, pieces: cutAtRandom(all, next) };
    return isStream ? cutStream(echoed, next) : [wholeBody(echoed)];
  };
  const asked = { dialect, guards, body: bodyOf(dialect, text), isStream, upstream };
  const { read } = await passThrough(asked);
  if (known.some((one) => sent.includes(one))) return false;
  const told = partOf(read, kind);
  return kind === "args" ? isSame(told, JSON.stringify({ note: text }), kind) : told === text;
}

function saidIn({ messages }: Turn): string {
  const [part] = messages[0]?.parts ?? [];
  return part?.kind === "text" ? part.text : "";
}

/** A text as JSON writes it, and as JSON within JSON does. */
function forms(text: string): readonly string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [text, once, JSON.stringify(once).slice(1, -1)];
}

/** What a client got of one kind; of several calls, the arguments of the first. */
function partOf(read: ReadAnswer, kind: SecretStream["kind"]): string {
  return kind === "args"
    ? (read.calls[0]?.args ?? "")
    : kind === "text"
      ? read.text
      : read.reasoning;
}

/** The messages dialect has arguments as an object where an answer comes whole: blanks in it are not compared. */
function isSame(split: string, whole: string, kind: SecretStream["kind"]): boolean {
  if (kind !== "args" || !isJson(split) || !isJson(whole)) return split === whole;
  return JSON.stringify(JSON.parse(split)) === JSON.stringify(JSON.parse(whole));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Counted as broken.
    return false;
  }
}

/** A request of the dialect that says one text. */
function bodyOf(dialect: ReadDialect, text: string): JsonObject {
  const said = [{ role: "user", content: text }];
  if (dialect === "responses") return { model: "m", input: text };
  return { model: "m", max_tokens: 4_096, messages: said };
}

/** The upstream's chunks as bytes, cut where it happens to be. */
function cutStream(
  { kind, pieces }: SecretStream,
  next: (limit: number) => number,
): readonly Buffer[] {
  const events = pieces.map((piece, at) => eventOf(deltaOf(kind, piece, at === 0)));
  const end = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
  const bytes = Buffer.from(events.join("") + end);
  const cuts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + next(200);
    cuts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return cuts;
}

function eventOf(delta: object): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
}

function deltaOf(kind: SecretStream["kind"], piece: string, isFirst: boolean): object {
  if (kind === "text") return { content: piece };
  if (kind === "reasoning") return { reasoning_content: piece };
  const named = isFirst ? { id: "up", type: "function" } : {};
  const name = isFirst ? { name: "note" } : {};
  return { tool_calls: [{ index: 0, ...named, function: { ...name, arguments: piece } }] };
}

/** The same answer as the upstream's one body. */
function wholeBody({ kind, all }: SecretStream): Buffer {
  const message = deltaOf(kind, all, true);
  return Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] }));
}

/** What one request and its answer came to in a dialect. */
type PassedThrough = {
  /** Every byte that the client gets. */
  readonly sent: string;
  readonly read: ReadAnswer;
  /** What the guards put in place of what they found in the request, and what it stands for. */
  readonly originals: ReadonlyMap<string, string>;
};

/** Plays one request and its answer through decoder, guards and encoder. `upstream` may depend on what it is sent. */
async function passThrough(asked: {
  readonly dialect: ReadDialect;
  readonly guards: readonly PolicyGuard[];
  readonly body: JsonObject;
  readonly isStream: boolean;
  readonly upstream: readonly Buffer[] | ((sent: Turn) => readonly Buffer[]);
}): Promise<PassedThrough> {
  const own = DIALECTS[asked.dialect];
  const turn = turnOf(decodeText(own, { ...asked.body, stream: asked.isStream }));
  const scanned = await scanRequest(turn, asked.guards);
  if (scanned.kind === "halted") throw new RangeError(`halted: ${scanned.halt.reason}`);
  const { originals } = scanned;
  const encoder = own.encoder(turn, FACTS);
  let sent = "";
  let isHalted = false;
  const answer = new Answer({
    guards: asked.guards,
    isJson: turn.output.kind !== "text",
    originals,
    hasLogprobs: false,
    replace: placeholderOf,
    sink: {
      release: (delta) => {
        sent += encoder.delta(delta);
      },
      edited: () => {},
      halt: () => {
        isHalted = true;
      },
      done: () => {
        sent += encoder.end({ kind: isHalted ? "filtered" : "whole", usage: USAGE });
      },
    },
  });
  const reader = new AnswerReader((delta) => {
    answer.push(delta);
  });
  const upstream =
    typeof asked.upstream === "function" ? asked.upstream(scanned.turn) : asked.upstream;
  if (asked.isStream) {
    const events = new EventReader((data) => {
      if (data !== "[DONE]") reader.read(JSON.parse(data));
    });
    for (const bytes of upstream) events.push(bytes);
  } else reader.read(JSON.parse(Buffer.concat(upstream).toString("utf8")));
  answer.end(undefined);
  const all = encoder.begin() + sent;
  return { sent: all, read: readAnswer(asked.dialect, all), originals };
}
