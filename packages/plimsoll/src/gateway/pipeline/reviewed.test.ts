import { describe, expect, test } from "vitest";

import type { Delta } from "../../engine/delta.ts";
import type { ScanStep } from "../../kernel/guard.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import type { PolicyGuard } from "./guards.ts";
import { letOut, reviewAnswer } from "./reviewed.ts";
import { scanRequest } from "./request.ts";

const text = (piece: string, choice = 0): Delta => ({ kind: "text", choice, text: piece });
const review = (deltas: readonly Delta[], guards: readonly PolicyGuard[], isJson = false) =>
  reviewAnswer(deltas, { guards, isJson, hasLogprobs: false });

function broken(): ReturnType<PolicyGuard["open"]> {
  return {
    push: () => {
      throw new TypeError("broken");
    },
  };
}

const turn = (words: string) => ({
  model: "m",
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  stream: false,
  extra: {},
  messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text: words }] }],
});

/** A guard that says one word of its own about every text. */
function deciding(decision: NonNullable<ScanStep["decision"]>): PolicyGuard {
  const push = (all: string): ScanStep => ({ safe: all.length, edits: [], decision });
  let seen = "";
  return {
    ...wordGuard("never", { mode: "hold" }),
    open: () => ({ push: (piece) => push((seen += piece)) }),
  };
}

describe("what a person may let out", () => {
  test("is what a guard held, and nothing that another redacts", async () => {
    const guards = [wordGuard("HELD", { mode: "hold" }), wordGuard("SECRET")];
    expect(await review([text("HE"), text("LD and SEC"), text("RET")], guards)).toMatchObject({
      kind: "reviewable",
      deltas: [text("HELD and [WORD]")],
      edits: [{ type: "word", rule: "SECRET" }],
    });
  });
  test("is nothing where a guard blocks", async () => {
    const guards = [wordGuard("HELD", { mode: "hold" }), wordGuard("SECRET", { mode: "block" })];
    expect(await review([text("HELD "), text("SECRET")], guards)).toMatchObject({
      kind: "blocked",
      halt: { kind: "block", guard: "testing/SECRET" },
    });
  });
  test("is redacted where a type alone made a person look", async () => {
    const guards = [wordGuard("SECRET", { holdTypes: ["word"] })];
    expect(await review([text("SECRET")], guards)).toMatchObject({ deltas: [text("[WORD]")] });
  });
  test.each([
    ["hold", "reviewable"],
    ["block", "blocked"],
  ] as const)("a guard's own word to %s makes it %s", async (kind, came) => {
    const guards = [deciding({ kind, reason: "toxic" })];
    expect(await review([text("words")], guards)).toMatchObject({ kind: came });
  });
  test.each([
    ["hold", "reviewable"],
    ["block", "blocked"],
  ] as const)("a guard that fails, and then the policy says %s", async (onError, kind) => {
    const guards = [wordGuard("x", { onError, open: broken })];
    expect(await review([text("words")], guards)).toMatchObject({ kind });
  });
  test("of a guard that answers later, in order", async () => {
    const guards = [wordGuard("SECRET", { delayMs: 0 })];
    expect(await review([text("a SEC"), text("RET b")], guards)).toMatchObject({
      deltas: [text("a [WORD] b")],
    });
  });
});

test("however an engine cut its answer, it is spelled alike", async () => {
  const call = { kind: "tool", choice: 0, index: 0 } as const;
  const cut: readonly Delta[] = [
    { kind: "reasoning", choice: 0, text: "h" },
    { kind: "reasoning", choice: 0, text: "m" },
    text("a"),
    text("b"),
    { ...call, name: "look", args: '{"a"' },
    { ...call, args: ":1}" },
    { ...call, index: 1, name: "look" },
    { ...call, index: 1, args: "{}" },
    { kind: "finish", choice: 0, reason: "tool-calls" },
    { kind: "usage", usage: { input: 1, output: 1 } },
  ];
  expect(await review(cut, [])).toMatchObject({
    deltas: [
      { kind: "reasoning", text: "hm" },
      text("ab"),
      { ...call, name: "look", args: '{"a":1}' },
      { ...call, index: 1, name: "look", args: "{}" },
      { kind: "finish" },
    ],
  });
});

describe("as it leaves", () => {
  const originals = new Map([["[A_1]", 'a "b"']]);
  test("what stands for people is put back, in JSON as JSON writes it", () => {
    const call: Delta = { kind: "tool", choice: 0, index: 0, name: "f", args: '{"to":"[A_1]"}' };
    expect(letOut([text("to [A_1]"), call], originals, false)).toEqual([
      text('to a "b"'),
      { ...call, args: String.raw`{"to":"a \"b\""}` },
    ]);
    expect(letOut([text('{"to":"[A_1]"}')], originals, true)).toEqual([
      text(String.raw`{"to":"a \"b\""}`),
    ]);
  });
  test("tokens that spell what was put back are left out, and others are not", () => {
    const logprobs = [{ token: "x", logprob: -1 }];
    const [put, plain] = letOut(
      [
        { kind: "text", choice: 0, text: "[A_1]", logprobs },
        { kind: "text", choice: 1, text: "x", logprobs },
      ],
      originals,
      false,
    );
    expect([put, plain]).toEqual([text('a "b"'), { ...text("x", 1), logprobs }]);
  });
});

describe("types that a person must decide on", () => {
  test.each([
    ["redact", ["word"], "hold"],
    ["redact", ["other"], undefined],
    ["block", ["word"], "block"],
    ["hold", ["other"], "hold"],
  ] as const)("%s, %s: %s", async (mode, holdTypes, kind) => {
    const guards = [wordGuard("SECRET", { mode, holdTypes })];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- literals of a turn
    const scanned = await scanRequest(turn("SECRET") as Parameters<typeof scanRequest>[0], guards);
    expect(scanned.kind === "halted" ? scanned.halt.kind : undefined).toBe(kind);
  });
});
