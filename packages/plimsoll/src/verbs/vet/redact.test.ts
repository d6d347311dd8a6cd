import { expect, test } from "vitest";

import type { Conclusion } from "../../kernel/conclude.ts";
import type { SecretFinder } from "../../text/secrets/find.ts";
import { redactConclusion } from "./redact.ts";

/** Finds one made-up credential, so that no real form of one stands here. */
const find: SecretFinder = (text) => {
  const start = text.indexOf("SECRET1234");
  const hit = { rule: "r", title: "t", start, end: start + 10 };
  return { hits: start < 0 ? [] : [hit], complete: true };
};

const conclusion = (text: string): Conclusion => ({
  verdict: "caution",
  required: [],
  unread: [{ kind: "unread", file: text, member: text, reason: text }],
  concerns: [
    {
      concern: "ease",
      verdict: "caution",
      basis: ["read"],
      limits: [],
      results: [
        {
          check: { id: "ease/a", code: "PLM-EAS-001", title: "t", basis: "read", limits: [] },
          concern: "ease",
          unread: [],
          outcome: {
            kind: "incomplete",
            reason: text,
            findings: [
              {
                kind: "finding",
                level: "note",
                key: "k",
                message: text,
                at: { file: text, member: text, offset: 1 },
                evidence: { a: text, b: [text, { c: text }], n: 1, z: null },
                judged: true,
              },
            ],
          },
        },
      ],
    },
  ],
});

test("a credential is shown by its last four characters, wherever it stands", () => {
  const redacted = JSON.stringify(redactConclusion(conclusion("base SECRET1234 end"), find));
  expect(redacted).not.toContain("SECRET");
  expect(redacted.split("base …1234 end")).toHaveLength(11);
});

test("the password of a web address is taken out", () => {
  const text = "https://user:pass@host/a";
  expect(JSON.stringify(redactConclusion(conclusion(text), find))).not.toContain("pass");
});

test("everything else stays as it is", () => {
  const plain = conclusion("someone@example.org, https://host/a:b@c");
  expect(redactConclusion(plain, find)).toEqual(plain);
});
