import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { writeProto } from "../kit/protobuf.ts";
import { readVarint, wireFields } from "./wire.ts";

const fields = (...bytes: readonly number[]) => [...wireFields(Uint8Array.from(bytes), 100)];
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return "none";
  } catch (error) {
    return FormatError.isInstance(error) ? `${error.code} ${error.offset}` : String(error);
  }
};

const long = (count: number) => [...Array.from({ length: count - 1 }, () => 0x80), 0];

describe("varint", () => {
  test("one, two and five bytes", () => {
    expect(readVarint(Uint8Array.of(0x7f), 0, 0)).toEqual({ low: 127, isWide: false, end: 1 });
    expect(readVarint(Uint8Array.of(0x96, 0x01), 0, 0).low).toBe(150);
    const most = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(readVarint(most, 0, 0)).toEqual({ low: 0xffff_ffff, isWide: false, end: 5 });
  });
  test("the bit above the low 32 is seen", () => {
    expect(readVarint(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f), 0, 0).isWide).toBe(true);
    expect(readVarint(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 1), 0, 0)).toMatchObject({
      low: 0,
      isWide: true,
    });
  });
  test("ten bytes are read, eleven are not", () => {
    expect(readVarint(Uint8Array.from(long(10)), 0, 0).end).toBe(10);
    expect(codeOf(() => readVarint(Uint8Array.from(long(11)), 0, 7))).toBe("overflow 7");
    expect(codeOf(() => readVarint(Uint8Array.of(0x80), 0, 7))).toBe("truncated 7");
  });
});

describe("fields", () => {
  test("each wire type, and what does not exist", () => {
    expect(fields(0x08, 5)).toMatchObject([{ kind: "varint", number: 1, low: 5, at: 100 }]);
    expect(fields(0x12, 2, 1, 2)).toMatchObject([{ kind: "bytes", number: 2, offset: 102 }]);
    expect(fields(0x15, 0, 0, 0, 0, 0x19, 0, 0, 0, 0, 0, 0, 0, 0)).toMatchObject([
      { kind: "fixed32" },
      { kind: "fixed64", number: 3 },
    ]);
    expect(codeOf(() => fields(0x0b))).toBe("unsupported 100");
    expect(codeOf(() => fields(0x00, 0))).toBe("bad-field 100");
  });
  test("a length to the last byte, and one beyond", () => {
    expect(fields(0x0a, 1, 9)).toHaveLength(1);
    expect(codeOf(() => fields(0x0a, 2, 9))).toBe("truncated 102");
    expect(codeOf(() => fields(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 1))).toBe("truncated 107");
  });
  test("what was written is read", () => {
    const field = fc.record({
      number: fc.integer({ min: 1, max: 536_870_911 }),
      varint: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (list) => {
        const read = [...wireFields(writeProto(list), 0)];
        expect(
          read.map((one) => (one.kind === "varint" ? [one.number, one.low, one.isWide] : [])),
        ).toEqual(list.map(({ number, varint }) => [number, varint % 2 ** 32, varint >= 2 ** 32]));
      }),
    );
  });
  test("arbitrary bytes end in fields or a FormatError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(codeOf(() => [...wireFields(bytes, 0)])).not.toMatch(/Error/u);
      }),
    );
  });
});
