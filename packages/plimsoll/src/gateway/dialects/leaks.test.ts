import fc from "fast-check";
import { expect, test } from "vitest";

import type { Delta } from "../../engine/delta.ts";
import { FACTS, USAGE } from "../../testing/dialects/answers.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { Answer } from "../pipeline/answer.ts";
import type { Halt } from "../pipeline/guards.ts";
import { DIALECTS } from "./all.ts";

const SECRET = "hunter2-swordfish";

const NAMES = ["chat", "completions", "messages", "responses"] as const;

const KINDS = ["text", "reasoning", "refusal", "args"] as const;

/** Stretches of an answer, each with the secret in it or not, cut anywhere. */
const STRETCHES = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    before: fc.string({ maxLength: 8 }),
    hasSecret: fc.boolean(),
    cuts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function deltasOf(stretches: typeof STRETCHES extends fc.Arbitrary<infer T> ? T : never): Delta[] {
  const deltas: Delta[] = [];
  for (const [index, { kind, before, hasSecret, cuts }] of stretches.entries()) {
    const said = `${before}${hasSecret ? SECRET : "nothing"}.`;
    const whole = kind === "args" ? JSON.stringify({ a: said }) : said;
    if (kind === "args") deltas.push({ kind: "tool", choice: 0, index, id: "u", name: "t" });
    let at = 0;
    for (let cut = 0; at < whole.length; cut += 1) {
      const end = at + (cuts[cut] ?? whole.length);
      const text = whole.slice(at, end);
      deltas.push(
        kind === "args"
          ? { kind: "tool", choice: 0, index, args: text }
          : { kind, choice: 0, text },
      );
      at = end;
    }
  }
  return [...deltas, { kind: "finish", choice: 0, reason: "stop" }];
}

function serve(
  name: (typeof NAMES)[number],
  stream: boolean,
  mode: "redact" | "block",
  deltas: readonly Delta[],
): { readonly written: string; readonly halt: Halt | undefined } {
  const turn = {
    model: "m",
    messages: [],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream,
    extra: {},
  } as const;
  const encoder = DIALECTS[name].encoder(turn, FACTS);
  let written = "";
  let halt: Halt | undefined;
  const answer = new Answer({
    guards: [wordGuard(SECRET, { mode })],
    isJson: false,
    originals: new Map(),
    replace: () => "[X]",
    hasLogprobs: false,
    sink: {
      release: (delta) => {
        written += encoder.delta(delta);
      },
      edited: () => {},
      halt: (why) => {
        halt = why;
      },
      done: () => {
        written += encoder.end({ kind: halt === undefined ? "whole" : "filtered", usage: USAGE });
      },
    },
  });
  for (const delta of deltas) answer.push(delta);
  answer.end(undefined);
  return { written: encoder.begin() + written, halt };
}

/** What a client puts together of a stream or a body: the texts of each member, one after another. */
function textsIn(written: string): readonly string[] {
  const texts = new Map<string, string>();
  const walk = (name: string, value: unknown): void => {
    if (typeof value === "string") texts.set(name, (texts.get(name) ?? "") + value);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(key, inner);
    }
  };
  for (const line of written.split("\n")) {
    const data = line.startsWith("data: ") ? line.slice("data: ".length) : line;
    if (data.startsWith("{")) walk("", JSON.parse(data));
  }
  return [...texts.values()];
}

test.each(NAMES.flatMap((name) => [[name, true] as const, [name, false] as const]))(
  "%s, streamed %s: what a guard stops is in no byte and in no text put together",
  (name, stream) => {
    fc.assert(
      fc.property(STRETCHES, fc.constantFrom("redact", "block"), (stretches, mode) => {
        const { written, halt } = serve(name, stream, mode, deltasOf(stretches));
        expect(written).not.toContain(SECRET);
        expect(textsIn(written).filter((text) => text.includes(SECRET))).toEqual([]);
        const isFound = stretches.some(({ hasSecret }) => hasSecret);
        expect(halt !== undefined).toBe(mode === "block" && isFound);
      }),
    );
  },
);

test("the near miss: what no guard looks for leaves whole", () => {
  const deltas: Delta[] = [
    { kind: "text", choice: 0, text: "hunter2-sword" },
    { kind: "text", choice: 0, text: "fight" },
    { kind: "finish", choice: 0, reason: "stop" },
  ];
  for (const name of NAMES) {
    expect(serve(name, false, "block", deltas).written).toContain("hunter2-swordfight");
  }
});
