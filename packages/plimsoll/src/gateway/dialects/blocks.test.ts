import fc from "fast-check";
import { expect, test } from "vitest";

import { args, begin, text } from "../../testing/dialects/answers.ts";
import type { ReleasedDelta } from "../released.ts";
import { Blocks } from "./blocks.ts";
import { JsonEnd } from "./json-end.ts";

type Written = { readonly kind: string; readonly name: string | undefined; text: string };

function write(deltas: readonly ReleasedDelta[]): readonly Written[] {
  const written: Written[] = [];
  let open: number | undefined;
  const blocks = new Blocks({
    open: ({ kind, at, name }) => {
      expect(open).toBeUndefined();
      expect(at).toBe(written.length);
      open = at;
      written.push({ kind, name, text: "" });
      return "";
    },
    piece: ({ at }, piece) => {
      expect(open).toBe(at);
      const block = written[at];
      if (block !== undefined) block.text += piece;
      return "";
    },
    close: ({ at }) => {
      expect(open).toBe(at);
      open = undefined;
      return "";
    },
  });
  for (const delta of deltas) blocks.take(delta);
  blocks.end();
  expect(open).toBeUndefined();
  return written;
}

test("calls written to and fro come out as if each was written at once", () => {
  const calls = fc.array(
    fc.json({ maxDepth: 2 }).map((json) => `{"a":${json}}`),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(calls, fc.infiniteStream(fc.nat()), (wholes, choose) => {
      const left = wholes.map((whole, index) => ({ index, whole, at: 0 }));
      const deltas: ReleasedDelta[] = wholes.map((_, index) => begin(index, `t${index}`));
      for (let open = left; open.length > 0; open = open.filter((c) => c.at < c.whole.length)) {
        const one = open[choose.next().value % open.length];
        if (one === undefined) break;
        const size = 1 + (choose.next().value % 5);
        deltas.push(args(one.index, one.whole.slice(one.at, one.at + size)));
        one.at += size;
      }
      expect(write(deltas)).toEqual(
        wholes.map((whole, index) => ({ kind: "tool", name: `t${index}`, text: whole })),
      );
    }),
  );
});

test("text between two halves of a call comes after it", () => {
  const deltas = [begin(0, "a"), args(0, "{"), text("x"), text("y"), args(0, "}"), text("z")];
  expect(write(deltas)).toEqual([
    { kind: "tool", name: "a", text: "{}" },
    { kind: "text", name: undefined, text: "xyz" },
  ]);
});

test("a call that never ends lets the rest out at the end", () => {
  const deltas = [begin(0, "a"), begin(1, "b"), begin(2, "c"), args(2, "{}"), text("x")];
  expect(write(deltas)).toEqual([
    { kind: "tool", name: "a", text: "" },
    { kind: "tool", name: "b", text: "" },
    { kind: "tool", name: "c", text: "{}" },
    { kind: "text", name: undefined, text: "x" },
  ]);
});

test("a number used again is another call", () => {
  expect(write([begin(0, "a"), args(0, "{}"), begin(0, "b"), args(0, "[]")])).toEqual([
    { kind: "tool", name: "a", text: "{}" },
    { kind: "tool", name: "b", text: "[]" },
  ]);
});

test("kinds that alternate are blocks of their own", () => {
  expect(write([text("a", "reasoning"), text("b"), text("", "reasoning"), text("c")])).toEqual([
    { kind: "reasoning", name: undefined, text: "a" },
    { kind: "text", name: undefined, text: "bc" },
  ]);
});

test("many calls to and fro take no more than their text", () => {
  const count = 1_000;
  const deltas: ReleasedDelta[] = [];
  for (let call = 0; call < count; call += 1) deltas.push(begin(call, "t"));
  for (let call = count - 1; call >= 0; call -= 1) deltas.push(args(call, "{}"));
  expect(write(deltas)).toHaveLength(count);
});

test.each([
  ["{}", true],
  ['{"a":"}"', false],
  ['{"a":"\\"}"', false],
  ['{"a":"\\\\"}', true],
  ["[[]", false],
  ["7", false],
  ["}", true],
])("%s has ended: %s", (json, isWhole) => {
  const end = new JsonEnd();
  for (const character of json) end.push(character);
  expect(end.isWhole).toBe(isWhole);
});
