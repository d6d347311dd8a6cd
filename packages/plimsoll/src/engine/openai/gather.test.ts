import fc from "fast-check";
import { expect, test } from "vitest";

import type { Delta } from "../delta.ts";
import { Gather } from "./gather.ts";

function gathered(deltas: readonly Delta[]): readonly Delta[] {
  const out: Delta[] = [];
  const gather = new Gather((delta) => out.push(delta));
  for (const delta of deltas) gather.push(delta);
  gather.flush();
  return out;
}

test("pieces of one text become one, and say how many they were", () => {
  expect(gathered([text("a"), text("b"), text("c")])).toEqual([
    { kind: "text", choice: 0, text: "abc", pieces: 3 },
  ]);
});

test("another choice, another kind and a tool's call end a text, in their order", () => {
  const call: Delta = { kind: "tool", choice: 0, index: 0, id: "x", name: "f" };
  const other: Delta = { kind: "text", choice: 1, text: "z" };
  const thought: Delta = { kind: "reasoning", choice: 0, text: "why" };
  const deltas = [text("a"), other, thought, call, text("b")];
  expect(gathered(deltas)).toEqual(deltas);
});

test("a text with log-probabilities stays by itself", () => {
  const one: Delta = { ...text("a"), logprobs: [{ token: "a", logprob: -1 }] };
  expect(gathered([text("x"), one, text("y")])).toEqual([text("x"), one, text("y")]);
});

test("no character is lost or moved, whatever comes", () => {
  const delta = fc.oneof(
    fc.record({
      kind: fc.constantFrom("text" as const, "reasoning" as const),
      choice: fc.nat(1),
      text: fc.string({ minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant("finish" as const),
      choice: fc.nat(1),
      reason: fc.constant("stop" as const),
    }),
  );
  fc.assert(
    fc.property(fc.array(delta), (deltas) => {
      expect(letters(gathered(deltas))).toEqual(letters(deltas));
    }),
  );
});

function text(of: string): Delta & { readonly kind: "text" } {
  return { kind: "text", choice: 0, text: of };
}

/** Every character with where it belongs, in order. */
function letters(deltas: readonly Delta[]): readonly string[] {
  return deltas.flatMap((delta) =>
    "text" in delta
      ? Array.from(delta.text, (letter) => `${delta.kind} ${delta.choice} ${letter}`)
      : [delta.kind],
  );
}
