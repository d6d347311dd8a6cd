import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Delta } from "../../engine/delta.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import type { ReleasedDelta } from "../released.ts";
import { Answer } from "./answer.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { HOLD_CAP_CHARS, type Halt, type PolicyGuard } from "./guards.ts";

type Watched = {
  readonly deltas: readonly ReleasedDelta[];
  readonly halt: Halt | undefined;
  readonly answer: Answer;
};

/** Sends deltas through an answer and waits for its end. */
function watch(
  deltas: readonly Delta[],
  guards: readonly PolicyGuard[],
  change: Partial<AnswerOptions> = {},
): Promise<Watched> {
  return new Promise((resolve) => {
    const released: ReleasedDelta[] = [];
    let halt: Halt | undefined;
    const answer: Answer = new Answer({
      guards,
      isJson: false,
      originals: new Map(),
      hasLogprobs: false,
      replace: ({ type }) => `[${type}]`,
      sink: {
        release: (delta) => released.push(delta),
        edited: () => {},
        halt: (why) => {
          halt = why;
        },
        done: () => {
          resolve({ deltas: released, halt, answer });
        },
      },
      ...change,
    });
    for (const delta of deltas) answer.push(delta);
    answer.end({ usage: { input: 1, output: 1 }, isEstimated: false });
  });
}

const text = (piece: string, choice = 0): Delta => ({ kind: "text", choice, text: piece });
const thought = (piece: string): Delta => ({ kind: "reasoning", choice: 0, text: piece });

function textOf({ deltas }: Watched, kind: ReleasedDelta["kind"] = "text"): string {
  return deltas.map((delta) => (delta.kind === kind && "text" in delta ? delta.text : "")).join("");
}

const GUARDS: readonly (readonly [string, () => PolicyGuard])[] = [
  ["at once", () => wordGuard("SECRET")],
  ["later", () => wordGuard("SECRET", { delayMs: 0 })],
];

describe.each(GUARDS)("a guard that answers %s", (_, guard) => {
  test("a word cut anywhere is replaced, and its like is not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("SECRET", "SECRE", "T", "S", "é", "x ", ""), { maxLength: 6 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        async (words, cuts) => {
          const whole = words.join("");
          const pieces = cut(whole, cuts).map((piece) => text(piece));
          const watched = await watch(pieces, [guard()]);
          expect(textOf(watched)).toBe(whole.replaceAll("SECRET", "[word]"));
          expect(watched.halt).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("channels leave in the order in which they were written", async () => {
    const { deltas } = await watch(
      [
        thought("think SECR"),
        text("say "),
        { kind: "tool", choice: 0, index: 0, id: "x", name: "look", args: "{" },
        { kind: "tool", choice: 0, index: 0, args: '"a":1}' },
        { kind: "finish", choice: 0, reason: "tool-calls" },
      ],
      [guard()],
    );
    expect(deltas.map((delta) => [delta.kind, pieceOf(delta)])).toEqual([
      ["reasoning", "think "],
      ["reasoning", "SECR"],
      ["text", "say "],
      ["tool", "look"],
      ["tool", "{"],
      ["tool", '"a":1}'],
      ["finish", "tool-calls"],
      ["usage", ""],
    ]);
  });

  test("a secret written in turns with another channel is stopped, and what only looks so is not", async () => {
    const stopped = await watch([text("a SEC"), thought("hm"), text("RET b")], [guard()]);
    expect([textOf(stopped), stopped.halt?.kind]).toEqual(["a SEC", "block"]);
    const passed = await watch(
      [text("a SEC"), thought("hm"), text("RETRO"), thought("SEC"), text("x")],
      [wordGuard("SECRETS")],
    );
    expect([textOf(passed), passed.halt]).toEqual(["a SECRETROx", undefined]);
  });

  test("blocking lets nothing more out, on any channel", async () => {
    const blocking = { ...guard(), mode: "block" as const };
    const watched = await watch(
      [text("fine SECRET more"), thought("also"), { kind: "finish", choice: 0, reason: "stop" }],
      [blocking],
    );
    expect(watched.deltas.map(pieceOf).join("")).not.toMatch(/SECRET|more|also/u);
    expect(watched.halt).toMatchObject({ kind: "block", guard: "testing/SECRET", reason: "word" });
  });

  test("observing changes nothing and waits for nothing", async () => {
    const watched = await watch([text("a SECRE"), text("T b")], [{ ...guard(), mode: "observe" }]);
    expect([textOf(watched), watched.halt]).toEqual(["a SECRET b", undefined]);
  });
});

const throws = (): never => {
  throw new TypeError("broken");
};
const stalls = (): Promise<never> => new Promise(() => {});

describe("a guard that fails is decided by policy, closed by default", () => {
  test.each([
    ["throws", throws],
    ["rejects", () => Promise.reject(new TypeError("broken"))],
    ["never answers", stalls],
    ["goes back", () => ({ safe: -1, edits: [] })],
    ["is ahead of the text", () => ({ safe: 99, edits: [] })],
    [
      "edits what is not there",
      () => ({ safe: 1, edits: [{ start: 0, end: 99, type: "t", rule: "r" }] }),
    ],
    ["edits backwards", () => ({ safe: 1, edits: [{ start: 1, end: 1, type: "t", rule: "r" }] })],
  ])("%s", async (_, push) => {
    const guard = wordGuard("x", { open: () => ({ push }), timeoutMs: 5 });
    const blocked = await watch([text("hello")], [guard]);
    expect([textOf(blocked), blocked.halt?.kind]).toEqual(["", "block"]);
    const held = await watch([text("hello")], [{ ...guard, onError: "hold" }]);
    expect([textOf(held), held.halt?.kind]).toEqual(["", "hold"]);
    const seen = await watch([text("hello")], [{ ...guard, onError: "observe" }]);
    expect([textOf(seen), seen.halt]).toEqual(["hello", undefined]);
  });
});

test("two guards that find the same place make one edit of it", async () => {
  const watched = await watch([text("a SECRETARY b")], [wordGuard("SECRET"), wordGuard("CRETARY")]);
  expect(textOf(watched)).toBe("a [word] b");
});

const holdsAll = (): PolicyGuard =>
  wordGuard("x", {
    open: () => ({ push: (_, end) => ({ safe: end ? HOLD_CAP_CHARS : 0, edits: [] }) }),
  });

test("what waits is bounded: at the cap it waits, past it the answer is blocked", async () => {
  const at = await watch([text("y".repeat(HOLD_CAP_CHARS))], [holdsAll()]);
  expect(at.halt).toBeUndefined();
  const past = await watch([text("y".repeat(HOLD_CAP_CHARS + 1))], [holdsAll()]);
  expect([textOf(past), past.halt?.kind]).toEqual(["", "block"]);
});

test("surrogates are put back last, also when cut, and as JSON within JSON", async () => {
  const originals = new Map([["Ann Ash", 'Bo "B" SECRET']]);
  const deltas: Delta[] = [text("Dear An"), text("n Ash, An"), text("n!")];
  const plain = await watch(deltas, [wordGuard("SECRET")], { originals });
  expect(textOf(plain)).toBe('Dear Bo "B" SECRET, Ann!');
  const json = await watch([text('{"to":"Ann '), text('Ash"}')], [], { originals, isJson: true });
  expect(JSON.parse(textOf(json))).toEqual({ to: 'Bo "B" SECRET' });
});

const token = (piece: string): Delta => ({
  kind: "text",
  choice: 0,
  text: piece,
  logprobs: [{ token: piece, logprob: -1 }],
});

test("log-probabilities leave with their text, and not where something was replaced", async () => {
  const { deltas } = await watch(
    [token("a "), token("SEC"), token("RET"), token(" SEC"), token("x")],
    [wordGuard("SECRET")],
    { hasLogprobs: true },
  );
  const told = deltas.flatMap((delta) => ("logprobs" in delta ? (delta.logprobs ?? []) : []));
  expect(told.map(({ token: name }) => name)).toEqual(
    ["a ", "x"].slice(0, 1).concat([" SEC", "x"]),
  );
});

test.each([0, 1, 2])("a token that is not in its text is not told, in piece %i", async (place) => {
  const logprobs = [{ token: "SECRET", logprob: -1 }];
  const forged: Delta = { kind: "text", choice: 0, text: "x", logprobs };
  const pieces = ["a", "b", "c"].map((piece, at) => (at === place ? forged : token(piece)));
  const { deltas } = await watch(pieces, [], { hasLogprobs: true });
  const told = deltas.flatMap((delta) => ("logprobs" in delta ? (delta.logprobs ?? []) : []));
  const others = ["a", "b", "c"].filter((_, at) => at !== place);
  expect(told.map(({ token: name }) => name)).toEqual(others);
});

test("characters are counted: what came is what left and what was withheld", async () => {
  const passed = await watch([text("a SECRET b")], [wordGuard("SECRET")]);
  expect(passed.answer.tallies).toMatchObject([
    { channel: "text", received: 10, scanned: 10, released: 10, withheld: 0, redacted: 1 },
  ]);
  const blocked = await watch(
    [text("a SECRET b"), text("c")],
    [wordGuard("SECRET", { mode: "block" })],
  );
  const [tally] = blocked.answer.tallies;
  expect((tally?.released ?? 0) + (tally?.withheld ?? 0)).toBe(11);
});

function pieceOf(delta: ReleasedDelta): string {
  if (delta.kind === "finish") return delta.reason;
  if (delta.kind === "usage") return "";
  if (delta.kind === "tool") return (delta.name ?? "") + (delta.args ?? "");
  return delta.text;
}

function cut(whole: string, places: readonly number[]): readonly string[] {
  const cuts = [0, ...places.map((at) => Math.min(at, whole.length)), whole.length].toSorted(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((to, at) => whole.slice(cuts[at], to));
}
