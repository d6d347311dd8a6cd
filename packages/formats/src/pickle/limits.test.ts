import { describe, expect, test } from "vitest";

import { Budget, DEFAULT_BUDGET } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import { readPickleBytes } from "../kit/pickle-read.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import type { PickleLimits } from "./limits.ts";
import { type PickleOptions, readPickles } from "./streams.ts";

/** The name of the limit that was reached, if one was; complete must say the same. */
const limitOf = (bytes: Uint8Array, options: PickleOptions): string | undefined => {
  const { faults, complete } = readPickleBytes(bytes, options);
  const fault = faults.find(({ code }) => code === "limit");
  expect(complete).toBe(fault === undefined);
  return fault?.limit?.name;
};

const text = (lines: string): Uint8Array => assemblePickle(`${lines}\nSTOP`);

const nest = (levels: number): Uint8Array => {
  let bytes = text("PROTO 4\nNONE");
  for (let level = 0; level < levels; level += 1) {
    bytes = new PickleAssembler().proto(4).binbytes(bytes).stop().bytes();
  }
  return bytes;
};

const twoStreams = Buffer.concat([text("PROTO 2\nNONE"), text("PROTO 2\nNONE")]);

type Case = readonly [
  name: string,
  key: keyof PickleLimits,
  bytes: Uint8Array,
  /** What the bytes need. */
  atLimit: number,
];

const CASES: readonly Case[] = [
  ["PICKLE_MAX_OPS", "ops", text("NONE\nNONE\nNONE"), 4],
  ["PICKLE_MAX_OPS", "ops", nest(1), 6],
  ["PICKLE_MAX_STREAMS", "streams", twoStreams, 2],
  ["PICKLE_MAX_STREAMS", "streams", nest(3), 4],
  ["PICKLE_MAX_STACK", "stack", text("NONE\nMARK\nNONE"), 3],
  ["PICKLE_MAX_MEMO", "memo", text("NONE\nBINPUT 0\nBINPUT 9\nBINPUT 9"), 2],
  ["PICKLE_MAX_SPARSE", "sparse", text("NONE\nBINPUT 0\nBINPUT 9\nBINPUT 8"), 2],
  ["PICKLE_MAX_NESTING", "nesting", nest(3), 3],
  ["PICKLE_MAX_VALUES", "values", text("EMPTY_LIST\nEMPTY_LIST\nNONE"), 2],
  ["PICKLE_MAX_EFFECTS", "effects", text("GLOBAL a b\nGLOBAL a c"), 2],
  ["PICKLE_MAX_LINE", "line", text("INT 00000000000000000000000000000000000001"), 38],
  ["PICKLE_MAX_LINE", "line", text("GLOBAL a bcdef"), 5],
  ["PICKLE_MAX_DIGITS", "digits", text("NONE\nPUT 0123456"), 6],
  [
    "PICKLE_MAX_DECODED",
    "decoded",
    text(String.raw`NONE
STRING '\x80\x02N.'`),
    10,
  ],
];

const budgetOf = (operations: number): Budget => new Budget({ ...DEFAULT_BUDGET, operations });

const rootOf = (digits: number) =>
  readPickleBytes(text("INT 123456"), { limits: { digits } }).value.streams[0]?.root;

const loaded = (limit: number) => {
  const { root } = readPickleBytes(text("BINUNICODE abc\nBINBYTES abc\nTUPLE2"), {
    limits: { text: limit },
  }).value.streams[0] ?? { root: undefined };
  return root?.kind === "tuple"
    ? root.items.map((item) => "value" in item && item.value !== undefined)
    : [];
};

describe("limits", () => {
  test.each(CASES)("%s", (name, key, bytes, atLimit) => {
    expect(limitOf(bytes, { limits: { [key]: atLimit } })).toBeUndefined();
    expect(limitOf(bytes, { limits: { [key]: atLimit - 1 } })).toBe(name);
  });

  test("effects before the limit stand", () => {
    const { value } = readPickleBytes(text("GLOBAL a b\nNONE\nNONE"), { limits: { ops: 2 } });
    expect(value.streams[0]?.effects).toHaveLength(1);
  });

  test("a headerless stream behind the first cannot hide beyond a limit", () => {
    const padded = Buffer.concat([text("PROTO 2\nNONE"), text("NONE\nPOP\nNONE\nPOP\nGLOBAL a b")]);
    expect(limitOf(padded, { limits: { ops: 5 } })).toBe("PICKLE_MAX_OPS");
  });

  test("opcodes are operations of the budget", () => {
    expect(limitOf(text("NONE\nNONE\nNONE"), { budget: budgetOf(4) })).toBeUndefined();
    expect(limitOf(text("NONE\nNONE\nNONE"), { budget: budgetOf(3) })).toBe("OPERATIONS_MAX");
  });

  test("a number with too many digits is kept as a place", () => {
    expect(rootOf(6)).toEqual({ kind: "int", value: 123456 });
    expect(rootOf(5)).toEqual({ kind: "long", offset: 1, length: 6 });
  });

  test("texts past PICKLE_MAX_TEXT are kept as places", () => {
    expect(loaded(6)).toEqual([true, true]);
    expect(loaded(5)).toEqual([true, false]);
  });
});

test("names past PICKLE_MAX_TEXT end the stream; the same name costs once", () => {
  const bytes = text("GLOBAL abc def\nGLOBAL abc def\nGLOBAL abc d");
  expect(limitOf(bytes, { limits: { text: 10 } })).toBeUndefined();
  expect(limitOf(bytes, { limits: { text: 9 } })).toBe("PICKLE_MAX_TEXT");
});

const kinds = (limit: number): unknown => {
  const bytes = text(`LONG1 ${2n ** 100n}\nLONG ${2n ** 60n}\nLONG1 5\nTUPLE3`);
  const root = readPickleBytes(bytes, { limits: { text: limit } }).value.streams[0]?.root;
  return root?.kind === "tuple" && root.items.map(({ kind }) => kind);
};

test("large integers past PICKLE_MAX_TEXT are kept as places", () => {
  expect(kinds(13 + 19)).toEqual(["int", "int", "int"]);
  expect(kinds(13 + 18)).toEqual(["int", "long", "int"]);
  expect(kinds(12)).toEqual(["long", "long", "int"]);
});

describe("lengths that lie cost nothing", () => {
  test("a payload of 4 GiB is stepped over", () => {
    const head = new PickleAssembler()
      .proto(4)
      .binbytes8("", { claims: 2 ** 32 })
      .bytes();
    const size = head.length + 2 ** 32 + 1;
    let fetched = 0;
    const source = {
      id: "sparse",
      size,
      read: (offset: number, length: number): Uint8Array => {
        fetched += length;
        const bytes = new Uint8Array(length);
        if (offset < head.length) bytes.set(head.subarray(offset));
        if (offset + length === size) bytes[length - 1] = 0x2e;
        return bytes;
      },
    };
    const { value, complete } = runSync(readPickles(size), source);
    expect(value.streams[0]?.root).toEqual({
      kind: "bytes",
      mutated: false,
      value: undefined,
      offset: head.length,
      length: 2 ** 32,
    });
    expect(complete).toBe(true);
    expect(fetched).toBeLessThan(200_000);
  });

  test("a memo slot of 2^32 is one entry", () => {
    const { complete } = readPickleBytes(
      text("NONE\nLONG_BINPUT 0xffffffff\nLONG_BINGET 0xffffffff"),
    );
    expect(complete).toBe(true);
  });

  test("a long line is stepped over", () => {
    const bytes = text(`NONE\nSTRING '${"x".repeat(200_000)}'\nUNICODE ${"y".repeat(5_000)}`);
    for (const window of [7, 65_536]) {
      const { value, complete } = readPickleBytes(bytes, {}, window);
      expect(value.streams[0]?.root).toEqual({
        kind: "string",
        value: undefined,
        offset: 200_006,
        length: 5_000,
      });
      expect(complete).toBe(true);
    }
  });
});
