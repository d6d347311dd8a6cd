import fc from "fast-check";
import { expect, test } from "vitest";

import type { GuardEdit } from "../../kernel/guard.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { WorkBudget } from "./budget.ts";
import { Gate } from "./gate.ts";
import { joined, type FoundEdit } from "./joined.ts";
import type { PolicyGuard } from "./guards.ts";
import { placeholderOf } from "./surrogates.ts";
import { Tally } from "./tally.ts";

type Place = readonly [number, number, string?];

function edits(...places: readonly Place[]): readonly FoundEdit[] {
  return places.map(([start, end, replacement], at) => ({
    guard: `g${at}`,
    start,
    end,
    type: `t${at}`,
    rule: "r",
    isApplied: true,
    replacement,
  }));
}

test.each<[string, readonly Place[], readonly Place[]]>([
  [
    "apart",
    [
      [5, 7],
      [0, 5],
    ],
    [
      [0, 5],
      [5, 7],
    ],
  ],
  [
    "the same place",
    [
      [0, 5],
      [0, 5, "x"],
    ],
    [[0, 5, "x"]],
  ],
  [
    "one within another",
    [
      [1, 3, "mask"],
      [0, 5, "other"],
    ],
    [[0, 5]],
  ],
  [
    "across each other",
    [
      [0, 5, "mask"],
      [3, 8],
    ],
    [[0, 8]],
  ],
  [
    "a chain, of which the first and the last are apart",
    [
      [0, 4],
      [6, 9],
      [3, 7],
    ],
    [[0, 9]],
  ],
  [
    "a number of JSON and more",
    [
      [0, 5, '"[A]"'],
      [0, 8],
    ],
    [[0, 8, '"[T1]"']],
  ],
])("%s", (_, given, wanted) => {
  const found = joined(edits(...given));
  expect(found.map(({ start, end, replacement }) => [start, end, replacement])).toEqual(
    wanted.map(([start, end, replacement]) => [start, end, replacement]),
  );
});

test("any edits: one over each stretch that some of them cover without a gap", () => {
  const place = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), (places) => {
      const all = edits(...places.map(([start, length]): Place => [start, start + length]));
      const given = all.map((edit, at) => ({ ...edit, isApplied: places[at]?.[2] ?? true }));
      const found = joined(given);
      const applied = found.filter(({ isApplied }) => isApplied);
      expect(applied.map(({ start, end }) => [start, end])).toEqual(
        stretchesOf(given.filter(({ isApplied }) => isApplied)),
      );
      expect(new Set(found.filter(isWatched))).toEqual(new Set(given.filter(isWatched)));
    }),
    { numRuns: 500 },
  );
});

function isWatched({ isApplied }: FoundEdit): boolean {
  return !isApplied;
}

/** Where two characters side by side lie within one edit, they belong to one stretch: told by looking at each. */
function stretchesOf(own: readonly FoundEdit[]): readonly (readonly [number, number])[] {
  const stretches: [number, number][] = [];
  for (let at = 0; at < 60; at += 1) {
    if (!own.some(({ start, end }) => start <= at && at < end)) continue;
    const last = stretches.at(-1);
    const goesOn = own.some(({ start, end }) => start < at && at < end);
    if (last !== undefined && goesOn) last[1] = at + 1;
    else stretches.push([at, at + 1]);
  }
  return stretches;
}

test("what is only observed is told and joins nothing", () => {
  const [first, second, third] = edits([0, 4], [2, 6], [5, 8]);
  if (first === undefined || second === undefined || third === undefined) throw new TypeError();
  const watched = { ...second, isApplied: false };
  expect(joined([first, watched, third])).toEqual([first, watched, third]);
});

/** A guard that finds what it is told to. */
function findsAll(own: readonly GuardEdit[]): PolicyGuard {
  const open = (): ReturnType<PolicyGuard["open"]> => {
    const left = own.toSorted((a, b) => a.start - b.start);
    let at = 0;
    return {
      push: (text) => {
        at += text.length;
        const next = left.findIndex(({ end }) => end > at);
        const told = left.splice(0, next < 0 ? left.length : next);
        return { safe: Math.min(at, left[0]?.start ?? at), edits: told };
      },
    };
  };
  return wordGuard("x", { open });
}

/** Places of strings and numbers in a text of JSON that has no escapes, and no number in a string. */
function valuesOf(json: string): readonly { start: number; end: number; isNumber: boolean }[] {
  return Array.from(json.matchAll(/"[^"]*"|\d+/gu), ({ index, 0: value }) => {
    const quote = value.startsWith('"') ? 1 : 0;
    return { start: index + quote, end: index + value.length - quote, isNumber: quote === 0 };
  }).filter(({ start, end }) => end > start);
}

test("edits of several guards leave JSON, and nothing of what any of them found", () => {
  const words = fc.string({ unit: fc.constantFrom("a", "b", " ", "é"), maxLength: 12 });
  const value = fc.array(fc.oneof(words, fc.nat(99_999)), { minLength: 1, maxLength: 5 });
  const pick = fc.record({ at: fc.nat(9), from: fc.nat(11), length: fc.nat(11), by: fc.nat(2) });
  fc.assert(
    fc.property(
      value,
      fc.array(pick, { maxLength: 7 }),
      fc.array(fc.nat(80)),
      (list, picks, cuts) => {
        const json = JSON.stringify(list);
        const own: GuardEdit[][] = [[], [], []];
        const isFound = Array.from(json, () => false);
        for (const { at, from, length, by } of picks) {
          const values = valuesOf(json);
          const one = values[at % Math.max(1, values.length)];
          if (one === undefined) continue;
          const start = one.isNumber ? one.start : Math.min(one.start + from, one.end - 1);
          const end = one.isNumber ? one.end : Math.min(start + 1 + length, one.end);
          const mine = own[by] ?? [];
          if (mine.some((other) => other.start < end && start < other.end)) continue;
          const put = one.isNumber ? { replacement: `"[N${by}]"` } : {};
          mine.push({ start, end, type: `G${by}`, rule: "r", ...put });
          isFound.fill(true, start, end);
        }
        const out = through(json, cuts, own.map(findsAll));
        expect(() => void JSON.parse(out)).not.toThrow();
        const left = Array.from(json, (sign, at) => (isFound[at] === true ? "" : sign)).join("");
        expect(out.replaceAll(/"?\[[GN]\d\]"?|"/gu, "")).toBe(left.replaceAll('"', ""));
      },
    ),
    { numRuns: 200 },
  );
});

function through(text: string, cuts: readonly number[], guards: readonly PolicyGuard[]): string {
  let out = "";
  const gate = new Gate(
    guards,
    { side: "response", channel: "tool-args", isJson: true, budget: new WorkBudget() },
    {
      pass: (passed) => {
        out += passed.text;
      },
      halt: ({ reason }) => {
        throw new TypeError(reason);
      },
      replace: placeholderOf,
    },
    new Tally().of("tool-args"),
  );
  let at = 0;
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    const to = Math.max(at, Math.min(cut, text.length));
    gate.push(text.slice(at, to), false);
    at = to;
  }
  gate.push(text.slice(at), true);
  return out;
}
