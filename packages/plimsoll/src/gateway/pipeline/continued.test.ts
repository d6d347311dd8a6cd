import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Delta } from "../../engine/delta.ts";
import type { ReleasedDelta } from "../released.ts";
import { restAfter } from "./continued.ts";
import { letOut } from "./reviewed.ts";

const out = (deltas: readonly Delta[]): readonly ReleasedDelta[] =>
  letOut(deltas, new Map(), false);
const text = (piece: string): Delta => ({ kind: "text", choice: 0, text: piece });
const call = { kind: "tool", choice: 0, index: 0 } as const;
const finish: Delta = { kind: "finish", choice: 0, reason: "stop" };
const rest = (sent: readonly Delta[], whole: readonly Delta[]) => restAfter(out(sent), out(whole));

describe("what is left of an answer after its beginning left", () => {
  test.each<[string, readonly Delta[], readonly Delta[], readonly Delta[] | undefined]>([
    ["nothing left", [], [text("ab"), finish], [text("ab"), finish]],
    ["a part of a text", [text("a"), text("b")], [text("abc"), finish], [text("c"), finish]],
    ["all of a text", [text("abc")], [text("abc"), finish], [finish]],
    ["all", [text("abc"), finish], [text("abc"), finish], []],
    ["another text", [text("ax")], [text("abc")], undefined],
    ["a longer text", [text("abcd")], [text("abc")], undefined],
    ["a text before another channel", [text("a"), { ...call, name: "f" }], [text("ab")], undefined],
    [
      "a call that began",
      [text("a"), { ...call, name: "f" }, { ...call, args: '{"a"' }],
      [text("a"), { ...call, name: "f", args: '{"a":1}' }, finish],
      [{ ...call, args: ":1}" }, finish],
    ],
    [
      "a call of which the name left",
      [{ ...call, name: "f" }],
      [{ ...call, name: "f", args: "{}" }],
      [{ ...call, args: "{}" }],
    ],
    ["a call of another name", [{ ...call, name: "g" }], [{ ...call, name: "f" }], undefined],
    [
      "two calls of one tool",
      [{ ...call, name: "f", args: "{}" }],
      [
        { ...call, name: "f", args: "{}" },
        { ...call, index: 1, name: "f" },
      ],
      [{ ...call, index: 1, name: "f" }],
    ],
  ])("%s", (_, sent, whole, left) => {
    expect(rest(sent, whole)).toEqual(left);
  });
});

function told(all: readonly (Delta | ReleasedDelta)[]): string {
  return all.map((one) => ("text" in one ? String(one.text) : "")).join("");
}

test("beginning and rest are the whole, wherever it was cut", () => {
  const channel = fc.constantFrom("text", "reasoning");
  const piece = fc.tuple(channel, fc.string({ minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(24), (pieces, at) => {
      const whole: Delta[] = [];
      for (const [kind, own] of pieces) {
        const last = whole.at(-1);
        if (last?.kind === kind && "text" in last) {
          whole[whole.length - 1] = { ...last, text: last.text + own };
        } else whole.push({ kind, choice: 0, text: own });
      }
      let left = at;
      const sent = whole.flatMap((delta): readonly Delta[] => {
        if (!("text" in delta) || left <= 0) return [];
        const head = delta.text.slice(0, left);
        left -= head.length;
        return Array.from(head, (unit) => ({ ...delta, text: unit }));
      });
      const tail = rest(sent, whole);
      expect(told(sent) + told(tail ?? [])).toBe(told(whole));
    }),
  );
});
