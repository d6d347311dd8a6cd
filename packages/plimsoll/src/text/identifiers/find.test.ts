import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { openIdentifiers } from "./find.ts";
import { maskIdentifier } from "./mask.ts";
import { parseIdentifierFacts } from "./schema.ts";

const FACTS = parseIdentifierFacts(
  parse(readFileSync(join(import.meta.dirname, "../../../knowledge/identifiers.yaml"), "utf8")),
);
const find = openIdentifiers(FACTS);

function found(text: string, hasHeader = false): string[] {
  const hits: string[] = [];
  find(text, { hasHeader }, (kind, { start, end, value }) => {
    hits.push(`${kind} ${value}`);
    expect(text.slice(start, end).length).toBeGreaterThanOrEqual(value.length);
  });
  return hits;
}

// Numbers whose check digits fit and that no issuer gave to anybody we know of: made for these tests.
const CARD = "4539148803436467";
const IBAN = "DE75512108001245126199";

test.each<[string, string[]]>([
  ["pay with card 4539148803436467 today", [`card ${CARD}`]],
  ["4539 1488 0343 6467", [`card ${CARD}`]],
  ["4539-1488-0343-6467", [`card ${CARD}`]],
  ["4539 1488 0343 6467 12/27", [`card ${CARD}`]],
  ['{"card_number":"4539148803436467"}', [`card ${CARD}`]],
  ['{"x":"ends\\n4539 1488 0343 6467"}', [`card ${CARD}`]],
  ["amex 3759 876543 21004", ["card 375987654321004"]],
  [`account ${IBAN}.`, [`iban ${IBAN}`]],
  ["DE75 5121 0800 1245 1261 99", [`iban ${IBAN}`]],
  ["my iban is de75512108001245126199", [`iban ${IBAN}`]],
  ["SSN: 536-22-8726", ["ssn 536228726"]],
  ["social security number 536 22 8726", ["ssn 536228726"]],
  ['{"ssn": "536228726"}', ["ssn 536228726"]],
  ["call +49 30 901820-14", ["phone 493090182014"]],
  ["tel:+14155238886", ["phone 14155238886"]],
  ["+1 (415) 523-8886", ["phone 14155238886"]],
  ["+44 (0)20 7183 8750", ["phone 4402071838750"]],
  ["+33.1.70.18.99.46", ["phone 33170189946"]],
  ["write to Jane.Doe@uni-bonn.de.", ["email jane.doe@uni-bonn.de"]],
  ["<jane+lists@mail.corp.co.uk>", ["email jane+lists@mail.corp.co.uk"]],
  ['"text":"hi\\njane@corp.io"', ["email jane@corp.io"]],
  ["mailto:jane@corp.io", ["email jane@corp.io"]],
  ["123456@qq.com", ["email 123456@qq.com"]],
])("finds %s", (text, hits) => expect(found(text)).toEqual(hits));

test.each([
  // Cards: nothing near bare digits, one digit wrong, parts of longer numbers, published test numbers.
  "order 4539148803436467 shipped",
  "card 4539148803436468",
  "discard 4539148803436467",
  "card 45391488034364670",
  "card 4.539148803436467",
  "card 0.4539148803436467",
  "[4539, 1488, 0343, 6467]",
  "1 4539 1488 0343 6467 8 9",
  "4539 1488-0343 6467",
  "527D 4539 1488 0343 6467",
  "4539 1488 0343 6467 52A9",
  "card 4111 1111 1111 1111",
  "card 4242-4242-4242-4242",
  "card 4012 8888 8888 1881",
  "card sha-4539148803436467abc",
  "https://x.org/card/4539148803436467",
  "card 1739148803436465",
  // IBANs: a wrong digit, a length that is none, published, inside base64.
  "DE75512108001245126198",
  "DE755121080012451261999",
  "DE89 3704 0044 0532 0130 00",
  "xDE75512108001245126199",
  "de75512108001245126199",
  "/DE75512108001245126199+",
  // Social security numbers: no word, never assigned, published, a date.
  "536-22-8726",
  "ssn 900-22-8726",
  "ssn 078-05-1120",
  "assn 536-22-8726",
  "ssn 536-228-726",
  // Telephones: sums, floats, offsets, versions, fiction.
  "1e+15",
  "a+4930901820",
  "+0100",
  "+1.4155238886",
  "+25 000 000",
  "+33 145 000 000",
  "+1 555-0199",
  "+1 212-555-0123",
  "+44 7700 900123",
  "+49 30 23125 123",
  "+1 115 523 8886",
  "2024-01-01T00:00:00+01:00",
  "+4930901820140000123",
  "x.+1+2+3",
  // E-mail: reserved, machines, mailboxes, versions, scopes, decorators, programs, repositories.
  "jane@example.org jane@mail.example.com jane@x.test jane@corp.invalid",
  "12345+jane@users.noreply.github.com",
  "noreply@corp.io info@corp.io your.name@corp.io",
  "pkg@1.2.3 pkg@v1.2.3",
  "@huggingface/transformers @app.route('/x')",
  "git@github.com:org/repo.git",
  "scores = q@k.transpose(-2, -1)",
  "y = x@self.weight",
  "out = a@b.to(device)",
  "https://user:pa55@host.io/x https://jane@host.io",
  "f'{first}.{last}@{domain}.com'",
  "icon@2x.png",
  "@string{acl} \\@ifnextchar",
  "jane@localhost",
  "a@@b.io @ jane@ @corp.io",
  "jane.@corp.io",
  "jane@-corp.io jane@corp..io",
])("leaves %s alone", (text) => expect(found(text)).toEqual([]));

test("a table's first line speaks for every row", () => {
  const rows = Array.from({ length: 20 }, (_, index) => `person number ${index} of this list`);
  const table = (column: string): string =>
    ["name,ssn".replace("ssn", column), ...rows, "x,536-22-8726"].join("\n");
  expect(found(table("ssn"), true)).toEqual(["ssn 536228726"]);
  expect(found(table("ssn"), false)).toEqual([]);
  expect(found(table("code"), true)).toEqual([]);
});

test("numbers of which most pass are cards, numbers of which a tenth pass are not", () => {
  const passing = withLuhn("453914880343", 6);
  const failing = passing.map(
    (digits) => `${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`,
  );
  expect(foundLines(passing)).toHaveLength(6);
  expect(foundLines(passing.slice(0, 5))).toHaveLength(0);
  expect(foundLines([...passing, ...failing])).toHaveLength(6);
  expect(foundLines([...passing, ...failing, "4539148803430006"])).toHaveLength(0);
});

test("masks show no more than a value's ends", () => {
  expect(maskIdentifier("card", CARD)).toBe("…6467");
  expect(maskIdentifier("iban", IBAN)).toBe("DE…6199");
  expect(maskIdentifier("ssn", "536228726")).toBe("…26");
  expect(maskIdentifier("phone", "493090182014")).toBe("+49…14");
  expect(maskIdentifier("email", "jane@example.org")).toBe("j…@e….org");
  expect(maskIdentifier("email", "jd@x.org")).toBe("…@….org");
});

test("any text is searched without a fault, and every place holds its value", () => {
  const piece = fc.constantFrom(
    ...Array.from("0123456789 -+@.ab_DE/\n"),
    "4539 1488 0343 6467",
    IBAN,
    "ssn ",
    "@corp.io",
    "+49 30 901820",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      find(text, { hasHeader: false }, (kind, { start, end, value }) => {
        const written = text.slice(start, end);
        const bare =
          kind === "email" ? written.toLowerCase() : written.replaceAll(/[^0-9A-Z]/gu, "");
        expect(bare).toBe(value);
      });
    }),
  );
});

function foundLines(numbers: readonly string[]): string[] {
  return found(numbers.join("\n"));
}

/** Numbers of 16 digits with their Luhn digit, by trying all ten. */
function withLuhn(head: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const body = `${head}${String(100 + index)}`;
    const last = Array.from("0123456789").find((digit) => {
      const reversed = Array.from(`${body}${digit}`, Number).toReversed();
      const sum = reversed.reduce((total, one, at) => {
        const weighted = at % 2 === 0 ? one : one * 2;
        return total + (weighted > 9 ? weighted - 9 : weighted);
      }, 0);
      return sum % 10 === 0;
    });
    return `${body}${last ?? ""}`;
  });
}
