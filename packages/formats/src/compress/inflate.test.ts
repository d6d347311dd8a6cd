import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { decodeBytes, decoded } from "../kit/compress-read.ts";
import { concat, text } from "../kit/records.ts";

/** What zlib makes of it: the content, or undefined when it refuses. */
function reference(bytes: Uint8Array): string | undefined {
  try {
    return inflateRawSync(bytes).toString("latin1");
  } catch {
    return undefined;
  }
}

function ours(bytes: Uint8Array): string | undefined {
  const { value, faults } = decodeBytes("deflate", bytes);
  if (faults.some(({ code }) => code !== "gap")) return undefined;
  return Buffer.from(value.bytes).toString("latin1");
}

/** Texts with repetitions near and far. */
const content = fc
  .array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constant(text("again and again"))), {
    maxLength: 30,
  })
  .map(concat);

test("what zlib writes is read", () => {
  const options = fc.record({
    level: fc.constantFrom(0, 1, 6, 9),
    strategy: fc.constantFrom(0, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE),
  });
  fc.assert(
    fc.property(content, options, (data, how) => {
      expect(ours(deflateRawSync(data, how))).toBe(Buffer.from(data).toString("latin1"));
    }),
  );
});

test("damage is refused where zlib refuses it, and accepted where zlib does", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(content, damage, (data, flips) => {
      const bytes = new Uint8Array(deflateRawSync(data));
      for (const [at, bit] of flips) {
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      }
      expect(ours(bytes)).toBe(reference(bytes));
    }),
    { numRuns: 300 },
  );
});

test("any bits are read as zlib reads them", () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 3, 5), fc.uint8Array({ maxLength: 60 }), (first, rest) => {
      const bytes = Uint8Array.from([first, ...rest]);
      expect(ours(bytes)).toBe(reference(bytes));
    }),
    { numRuns: 300 },
  );
});

/** Deflate by hand: bits as they are written, the first one first. */
function bits(...groups: readonly string[]): Uint8Array {
  const all = groups.join("").replaceAll(" ", "");
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  for (let at = 0; at < all.length; at += 1) {
    if (all[at] === "1") bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bytes;
}

// Fixed codes: literals from 00110000 (0) on, lengths from 0000001 (3) on, the end 0000000.
const A = "10010001";
const END = "0000000";

describe("each fault beside its sound twin", () => {
  test.each<[string, Uint8Array, string, Uint8Array, string]>([
    [
      "a copy from before the beginning",
      bits("1 10", A, "0000001 00001", END),
      "a",
      bits("1 10", A, "0000001 00000", END),
      "aaaa",
    ],
    [
      "a length without a meaning",
      bits("1 10", A, "11000110 00000", END),
      "a",
      bits("1 10", A, "11000101 00000", END),
      `a${"a".repeat(258)}`,
    ],
    [
      "a distance without a meaning",
      bits("1 10", A, "0000001 11110", END),
      "a",
      bits("1 10", A, "0000001 00000", END),
      "aaaa",
    ],
    [
      "a block of type 3",
      bits("0 10", A, END, "1 11"),
      "a",
      bits("0 10", A, END, "1 10", END),
      "a",
    ],
    [
      "a stored length that contradicts itself",
      Uint8Array.of(1, 1, 0, 0xff, 0xff, 0x61),
      "",
      Uint8Array.of(1, 1, 0, 0xfe, 0xff, 0x61),
      "a",
    ],
  ])("%s", (_, broken, before, sound, whole) => {
    const faulted = { text: before, codes: ["bad-encoding"], complete: false };
    expect(decoded("deflate", broken)).toEqual(faulted);
    expect(decoded("deflate", sound)).toEqual({ text: whole, codes: [], complete: true });
  });
});

test("a bare stream has no signature to refuse", () => {
  expect(() => decodeBytes("deflate", Uint8Array.of(0xff))).not.toThrow(FormatError);
});
