import { expect, test } from "vitest";

import { inventedIban, inventedToken } from "./invented.ts";

test("a token has the shape of a hub's and is the same for the same seed", () => {
  expect(inventedToken(1)).toMatch(/^hf_[A-Za-z]{34}$/);
  expect(inventedToken(1)).toBe(inventedToken(1));
  expect(inventedToken(1)).not.toBe(inventedToken(2));
});

test("an account number has true check digits and a bank code of no clearing area", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const iban = inventedIban(seed);
    expect(iban).toMatch(/^DE\d{2}9\d{17}$/);
    // ISO 13616: the head moves behind, letters become numbers, and the whole leaves 1 by modulo 97.
    expect(BigInt(`${iban.slice(4)}1314${iban.slice(2, 4)}`) % 97n).toBe(1n);
  }
});
