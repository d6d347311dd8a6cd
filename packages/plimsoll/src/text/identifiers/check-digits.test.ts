import fc from "fast-check";
import { expect, test } from "vitest";

import { isAssignableSsn, isIban, passesLuhn } from "./check-digits.ts";

const LENGTHS = new Map([
  ["DE", 22],
  ["GB", 22],
  ["NO", 15],
  ["MT", 31],
]);

test.each(["4539148803436467", "8273123273520596", "79927398713", "00"])(
  "Luhn takes %s",
  (digits) => expect(passesLuhn(digits)).toBe(true),
);

test.each(["4539148803436468", "8273123273520569", "79927398710", "0", ""])(
  "Luhn refuses %s",
  (digits) => expect(passesLuhn(digits)).toBe(false),
);

const digitText = fc.string({
  unit: fc.constantFrom(...Array.from("0123456789")),
  minLength: 12,
  maxLength: 18,
});

test("Luhn catches every single wrong digit", () => {
  fc.assert(
    fc.property(digitText, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, where, by) => {
      const valid = `${body}${luhnDigit(body)}`;
      expect(passesLuhn(valid)).toBe(true);
      expect(passesLuhn(bump(valid, where % valid.length, by))).toBe(false);
    }),
  );
});

test.each(["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"])(
  "%s is an IBAN",
  (iban) => expect(isIban(iban, LENGTHS)).toBe(true),
);

test.each([
  "DE89370400440532013001",
  "DE8937040044053201300",
  "FR1420041010050500013M02606",
  "DE893704004405320130 0",
  "DE89",
  "",
])("%s is none", (iban) => expect(isIban(iban, LENGTHS)).toBe(false));

test("check digits 00, 01 and 99 are never given out, though the remainder fits", () => {
  const body = Array.from({ length: 2000 }, (_, index) => String(index).padStart(18, "0"));
  const low = body.filter((one) => checkDigits("DE", one) === "97");
  expect(low.length).toBeGreaterThan(0);
  for (const one of low) expect(isIban(`DE00${one}`, LENGTHS)).toBe(false);
});

test("an IBAN with one digit changed is none", () => {
  const body = fc.string({
    unit: fc.constantFrom(...Array.from("0123456789")),
    minLength: 18,
    maxLength: 18,
  });
  fc.assert(
    fc.property(body, fc.nat(19), fc.integer({ min: 1, max: 9 }), (account, where, by) => {
      const iban = `DE${checkDigits("DE", account)}${account}`;
      expect(isIban(iban, LENGTHS)).toBe(true);
      expect(isIban(bump(iban, where + 2, by), LENGTHS)).toBe(false);
    }),
  );
});

test.each([
  ["123456789", true],
  ["665010001", true],
  ["899010001", true],
  ["000010001", false],
  ["666010001", false],
  ["900010001", false],
  ["123006789", false],
  ["123450000", false],
  ["12345678", false],
])("%s can be assigned: %s", (digits, is) => expect(isAssignableSsn(digits)).toBe(is));

function bump(text: string, index: number, by: number): string {
  const digit = (Number(text.charAt(index)) + by) % 10;
  return `${text.slice(0, index)}${digit}${text.slice(index + 1)}`;
}

function luhnDigit(body: string): string {
  return Array.from("0123456789").find((digit) => passesLuhn(`${body}${digit}`)) ?? "";
}

/** Check digits by the standard's own way: the whole number in one, 98 less its remainder. */
function checkDigits(country: string, account: string): string {
  const digits = Array.from(`${account}${country}00`, (one) => Number.parseInt(one, 36)).join("");
  return String(98n - (BigInt(digits) % 97n)).padStart(2, "0");
}
