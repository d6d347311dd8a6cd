import { describe, expect, test } from "vitest";

import { turnRequest } from "../../engine/openai/request.ts";
import type { Json } from "../../kernel/json.ts";
import { decodeText, refusedField, turnOf } from "../../testing/dialects/decoding.ts";
import { CHAT, DATA, image } from "../../testing/dialects/request-rows-chat.ts";
import { MESSAGES } from "../../testing/dialects/request-rows-messages.ts";
import { RESPONSES } from "../../testing/dialects/request-rows-responses.ts";
import { COMPLETIONS, S, SAID, SHARED, type Fate } from "../../testing/dialects/request-rows.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { scanRequest } from "../pipeline/request.ts";
import { DIALECTS } from "./all.ts";

const TABLE = [
  ["chat", { model: "m", messages: [SAID] }, [...SHARED, ...CHAT]],
  ["completions", { model: "m", prompt: "Hi" }, [...SHARED, ...COMPLETIONS]],
  ["responses", { model: "m", input: "Hi" }, [...SHARED, ...RESPONSES]],
  ["messages", { model: "m", max_tokens: 9, messages: [SAID] }, [...SHARED, ...MESSAGES]],
] as const;

describe.each(TABLE)("%s", (name, least, rows) => {
  test.each(rows)("%s: %s", async (_, fate, more) => {
    const read = decodeText(DIALECTS[name], { ...least, ...more });
    expect(fateOf(read)).toBe(fate);
    if (!("turn" in read)) return;
    const { turn } = read;
    const scanned = await scanRequest(turn, [wordGuard(S)]);
    if (scanned.kind !== "passed") throw new TypeError("it was halted");
    const { body } = turnRequest(scanned.turn);
    expect([body.includes(S), body.includes("[WORD_1]")]).toEqual([false, fate === "seen"]);
    // A guard that blocks is asked about it too.
    const blocked = await scanRequest(turn, [wordGuard(S, { mode: "block" })]);
    expect(blocked.kind).toBe(fate === "seen" ? "halted" : "passed");
  });
});

/** What becomes of the text while no guard looks. */
function fateOf(read: ReturnType<typeof decodeText>): Fate {
  if (refusedField(read) !== undefined) return "refused";
  return turnRequest(turnOf(read)).body.includes(S) ? "seen" : "kept";
}

/** Numbers that say something, where a number may stand. */
const CARD = 4_111_111_111_111_111;

test.each<[string, Json]>([
  ["seed", CARD],
  ["top_a", CARD],
  ["top_b", { a: [-CARD] }],
])("%s: a number is looked at as the text that it is", async (name, value) => {
  const turn = turnOf(decodeText(DIALECTS.chat, { model: "m", messages: [SAID], [name]: value }));
  expect(turnRequest(turn).body).toContain(String(CARD));
  const scanned = await scanRequest(turn, [wordGuard(String(CARD))]);
  expect(scanned).toMatchObject({ kind: "passed", edits: [{ isApplied: true }] });
  expect("turn" in scanned && turnRequest(scanned.turn).body).not.toContain(String(CARD));
  const other = await scanRequest(turn, [wordGuard("7")]);
  expect(other).toMatchObject({ kind: "passed", turn });
});

test("what no guard sees is counted: the receipt names it", async () => {
  const turn = turnOf(decodeText(DIALECTS.chat, { model: "m", ...image(DATA, { detail: "low" }) }));
  expect((await scanRequest(turn, [])).images).toBe(1);
  const none = turnOf(decodeText(DIALECTS.chat, { model: "m", messages: [SAID] }));
  expect((await scanRequest(none, [])).images).toBe(0);
});

test("fields that were left out are named, few and short", () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, 1]));
  const long = { ["x".repeat(10_000)]: 1 };
  const read = decodeText(
    DIALECTS.chat,
    { model: "m", messages: [SAID], ...long, ...many },
    "drop",
  );
  const dropped = "dropped" in read ? read.dropped : [];
  expect([dropped.length, dropped[0]?.length, dropped.at(-1)]).toEqual([64, 100, "f62"]);
});
