import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { corpusFile } from "../../testing/corpora.ts";
import { compileScan } from "../scan/scanner.ts";
import { identifierScanRules } from "./scan-rules.ts";
import { parseIdentifierFacts } from "./schema.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const facts = knowledge.read("identifiers", parseIdentifierFacts);
const scan = compileScan(identifierScanRules(facts));

function found(text: string): readonly string[] {
  const step = scan.open({ isJson: false }).push(text, true);
  if (step instanceof Promise) throw new TypeError("it is synchronous");
  return step.edits.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`);
}

test.each([
  ["from 91.198.174.192, twice", ["ip 91.198.174.192"]],
  ["http://91.198.174.192:8080/", ["ip 91.198.174.192"]],
  ["2a02:2e0:3fe:1001:302::", ["ip 2a02:2e0:3fe:1001:302::"]],
  ["2a02:2e0:3fe:1001:302::7: down", ["ip 2a02:2e0:3fe:1001:302::7"]],
  ["at 2a02:2e0:3fe:1001:302::7.", ["ip 2a02:2e0:3fe:1001:302::7"]],
  ["2001:4860:4860:0:0:0:0:8888", ["ip 2001:4860:4860:0:0:0:0:8888"]],
  ["call 555-0134 or 415-523-8886 now", ["phone 555-0134", "phone 415-523-8886"]],
  ["(415) 523-8886", ["phone (415) 523-8886"]],
  ["phone: 079 7602 9803", ["phone 079 7602 9803"]],
  ["001-432-815-4117x22", ["phone 001-432-815-4117x22"]],
  ["+49 30 901820 42 42 42", ["phone +49 30 901820 42 42"]],
  ["SSN 219-09-9999 42", ["ssn 219-09-9999"]],
  ["_jane@corp.io_ and jane@corp.io_", ["email jane@corp.io", "email jane@corp.io"]],
  ["邮箱：jane@corp.io（工作）", ["email jane@corp.io"]],
  ["jane@corp.io(work), jane@corp.io[1]", ["email jane@corp.io", "email jane@corp.io"]],
  ["jane@corp.io/bob@corp.io", ["email jane@corp.io", "email bob@corp.io"]],
  ["jane@corp.io@ and jane@corp.io@home", ["email jane@corp.io", "email jane@corp.io"]],
  [
    "卡号4111111111111111。账号DE89370400440532013000，",
    ["card 4111111111111111", "iban DE89370400440532013000"],
  ],
  ["카드 4111-1111-1111-1111입니다", ["card 4111-1111-1111-1111"]],
  ["บัตร4111111111111111ครับ", ["card 4111111111111111"]],
  ["“4111111111111111”—💳4111111111111111💳", ["card 4111111111111111", "card 4111111111111111"]],
  ["電話+4930901820、IP 91.198.174.192です", ["phone +4930901820", "ip 91.198.174.192"]],
  ["card 4111 1111 1111 1111 12 34", ["card 4111 1111 1111 1111"]],
])("%s", (text, values) => {
  expect(found(text)).toEqual(values);
});

test.each([
  "10.218.6.131 and 192.168.1.20 and 127.0.0.1",
  "version 12.1.20.30",
  "section 12.1.3.21 of 8.1.2.2",
  "é4111111111111111 and 4111111111111111ж",
  "https://jane@corp.io/ and postgres://app:word@db.corp.io/sea",
  "256.1.1.30 and 1.2.3.4.55 and 01.20.30.40",
  "2001:db8:0:0:0:0:0:1 and fe80:0:0:0:1:2:3:4 and ::1",
  "std::add::face at 12:34:56 of 00:1b:44:11:3a:b7",
  "079 7602 9803",
  "call on 2026-11-25 or 25.11.2026, 2010-2020",
  "reach 1200-1000",
  "$415-523-8886",
  "415-123-8886",
  "219-09-9999",
  "SSN 000-09-9999 and 219-09-99991",
])("nothing in %s", (text) => {
  expect(found(text)).toEqual([]);
});

const corpus = corpusFile("pii-generated/generated_large.json");

/** Types of the corpus and ours. */
const TYPES = new Map([
  ["EMAIL_ADDRESS", "email"],
  ["CREDIT_CARD", "card"],
  ["IBAN_CODE", "iban"],
  ["US_SSN", "ssn"],
  ["PHONE_NUMBER", "phone"],
  ["IP_ADDRESS", "ip"],
]);

type Row = {
  readonly full_text: string;
  readonly spans: readonly { readonly entity_type: string; readonly entity_value: string }[];
};

describe.skipIf(corpus === undefined)("generated sentences (development data)", () => {
  test("recall and precision are what the README says, at least", () => {
    const rows: readonly Row[] = JSON.parse(readFileSync(corpus ?? "", "utf8"));
    const counts = new Map(
      [...TYPES.values()].map((type) => [type, { marked: 0, met: 0, found: 0 }]),
    );
    for (const { full_text: text, spans } of rows) {
      const hits = found(text);
      for (const hit of hits) {
        const count = counts.get(hit.slice(0, hit.indexOf(" ")));
        if (count !== undefined) count.found += 1;
      }
      for (const { entity_type, entity_value } of spans) {
        const type = TYPES.get(entity_type) ?? "";
        const count = counts.get(type);
        if (count === undefined) continue;
        count.marked += 1;
        if (hits.includes(`${type} ${entity_value}`)) count.met += 1;
      }
    }
    expect(Object.fromEntries(counts)).toEqual({
      email: { marked: 58, met: 58, found: 58 },
      card: { marked: 212, met: 212, found: 212 },
      iban: { marked: 28, met: 28, found: 28 },
      ssn: { marked: 44, met: 44, found: 44 },
      phone: { marked: 136, met: 130, found: 130 },
      ip: { marked: 11, met: 10, found: 10 },
    });
  });
});
