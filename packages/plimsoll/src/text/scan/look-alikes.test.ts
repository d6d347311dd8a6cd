import { expect, test } from "vitest";

import { HIDDEN, seenAs } from "./look-alikes.ts";

test("every decimal digit of the basic plane is seen as its value", () => {
  for (let unit = 0x80; unit < 0x1_0000; unit += 1) {
    if (!/\p{Nd}/u.test(String.fromCharCode(unit))) continue;
    const value = Number.parseInt(String.fromCharCode(unit).normalize("NFKC"), 10);
    const digit = seenAs(unit) - 0x30;
    expect([unit, digit >= 0 && digit <= 9, Number.isNaN(value) || value === digit]).toEqual([
      unit,
      true,
      true,
    ]);
  }
});

test("every space is seen as a space, and what cannot be seen is not", () => {
  for (let unit = 0x80; unit < 0x1_0000; unit += 1) {
    const sign = String.fromCharCode(unit);
    if (/\p{Zs}/u.test(sign)) expect([unit, seenAs(unit)]).toEqual([unit, 0x20]);
    const isPair = (unit & 0xf800) === 0xd800;
    if (/\p{Default_Ignorable_Code_Point}/u.test(sign))
      expect([unit, seenAs(unit)]).toEqual([unit, HIDDEN]);
    else if (seenAs(unit) === HIDDEN) expect(isPair).toBe(true);
  }
});

test.each(["é", "я", "吾", "½", "²", "\uD83D"])("%j stands for itself", (sign) => {
  expect(seenAs(sign.charCodeAt(0))).toBe(sign.charCodeAt(0));
});
