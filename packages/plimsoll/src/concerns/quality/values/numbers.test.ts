import * as fc from "fast-check";
import { expect, test } from "vitest";

import { joinTallies, tally, unitOf } from "./numbers.ts";

test("singles are tallied as they are, in either order of bytes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float(), { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (all, little) => {
        const view = new DataView(new ArrayBuffer(all.length * 4));
        all.forEach((value, at) => view.setFloat32(at * 4, value, little));
        const finite = all.filter((value) => Number.isFinite(value));
        const found = tally("F32", new Uint8Array(view.buffer), little);
        expect(found.count).toBe(all.length);
        expect(found.broken).toBe(all.length - finite.length);
        expect(found.zeros).toBe(finite.filter((value) => value === 0).length);
        const greatest = finite.length === 0 ? 0 : Math.max(...finite);
        expect(found.greatest === greatest).toBe(true);
      },
    ),
  );
});

test("whatever bytes come, whole values are counted and the rest is left", () => {
  const types = ["F64", "F32", "F16", "BF16", "Q4_0", "Q2_K", "Q6_K", "IQ4_XS", "none"];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 600 }), (type, bytes) => {
      const { count, broken, zeros } = tally(type, bytes, true);
      const units = Math.floor(bytes.length / (unitOf(type) ?? Infinity));
      expect(count % Math.max(1, units)).toBe(0);
      expect(broken + zeros).toBeLessThanOrEqual(count);
    }),
  );
});

test("places of one tensor are summed, and places that hold nothing say nothing", () => {
  const some = { count: 2, broken: 1, zeros: 0, least: -1, greatest: 5 };
  const nothing = { count: 0, broken: 0, zeros: 0, least: 0, greatest: 0 };
  expect(joinTallies([some, nothing, { ...some, least: 2 }])).toEqual({
    ...some,
    count: 4,
    broken: 2,
  });
  expect(joinTallies([nothing])).toEqual(nothing);
});

/** Reads every 16 bits as a number, the slow way. */
const HALVES: Readonly<Record<string, (bits: number) => number>> = {
  F16: (bits) => new Float16Array(new Uint16Array([bits]).buffer)[0] ?? Number.NaN,
  BF16: (bits) => new Float32Array(new Uint32Array([bits * 0x1_0000]).buffer)[0] ?? Number.NaN,
};

test.each(Object.entries(HALVES))(
  "numbers of 16 bits are ordered by their bits: %s",
  (type, of) => {
    const bits = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 0x8000, 0x7c00, 0x7f80, 0xff80, 1));
    fc.assert(
      fc.property(fc.array(bits, { minLength: 1, maxLength: 40 }), fc.boolean(), (all, little) => {
        const view = new DataView(new ArrayBuffer(all.length * 2));
        all.forEach((value, at) => view.setUint16(at * 2, value, little));
        const finite = all.map(of).filter((value) => Number.isFinite(value));
        const found = tally(type, new Uint8Array(view.buffer), little);
        expect(found.count).toBe(all.length);
        expect(found.broken).toBe(all.length - finite.length);
        expect(found.zeros).toBe(finite.filter((value) => value === 0).length);
        const [least, greatest] =
          finite.length === 0 ? [0, 0] : [Math.min(...finite), Math.max(...finite)];
        expect([found.least === least, found.greatest === greatest]).toEqual([true, true]);
      }),
    );
  },
);
