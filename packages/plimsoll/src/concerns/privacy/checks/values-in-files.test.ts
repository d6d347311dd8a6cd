import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./values-in-files.ts";

// Check digits fit; the values were made for these tests.
const CARD = "4539 1488 0343 6467";
const IBAN = "DE75 5121 0800 1245 1261 99";
const SSN = "ssn 536-22-8726";
const PHONE = "+49 30 901820-14";

/** Addresses of people that there are not. */
function addresses(count: number, domain = "uni-nowhere.de"): string {
  return Array.from({ length: count }, (_, index) => `{"from":"person${index}@${domain}"}\n`).join(
    "",
  );
}

const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});
const note = (key: string) => ({ level: "note" as const, key });

checkCases(check, {
  caught: [
    {
      name: "a card, an account and a social security number in a data file",
      files: { "train.jsonl": `{"text":"${CARD}"}\n{"text":"${IBAN}"}\n{"text":"${SSN}"}\n` },
      finds: [caution("card", "train.jsonl"), caution("iban"), caution("ssn")],
    },
    { name: "in a card too", files: { "README.md": `pay to ${IBAN}` }, finds: [caution("iban")] },
    {
      name: "a telephone number in data",
      files: { "a.csv": `x,${PHONE}\n` },
      finds: [caution("phone")],
    },
    { name: "a telephone number in a card", files: { "README.md": PHONE }, finds: [note("phone")] },
    {
      name: "ten addresses in data",
      files: { "mail.jsonl": addresses(10) },
      finds: [caution("email")],
    },
    {
      name: "nine addresses in data",
      files: { "mail.jsonl": addresses(9) },
      finds: [note("email")],
    },
    { name: "ten addresses in a page", files: { AUTHORS: addresses(10) }, finds: [note("email")] },
    {
      name: "one address in a training state",
      files: { "trainer_state.json": '{"user":"jane@uni-nowhere.de"}' },
      finds: [caution("email")],
    },
    {
      name: "one address in a program",
      files: { "modeling.py": "# by Jane <jane@uni-nowhere.de>\n" },
      finds: [note("email")],
    },
    {
      name: "a column of bare social security numbers",
      files: { "p.csv": `name,ssn\n${"a line of the table,x\n".repeat(9)}x,536228726\n` },
      finds: [caution("ssn")],
    },
    {
      name: "UTF-16",
      files: { "a.txt": Buffer.from(`\uFEFF${IBAN}\n`, "utf16le") },
      finds: [caution("iban")],
    },
  ],
  clean: [
    {
      name: "one wrong digit, and no word",
      files: {
        "train.jsonl":
          '{"text":"4539 1488 0343 6468"}\n{"text":"DE75 5121 0800 1245 1261 98"}\n{"text":"536-22-8726"}\n',
      },
    },
    {
      name: "values that stand for nobody",
      files: {
        "train.jsonl": `{"text":"4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, ssn 078-05-1120, +1 212 555 0123"}\n${addresses(12, "example.org")}`,
      },
    },
    {
      name: "numbers of models",
      files: {
        "config.json": JSON.stringify({
          rope: [4.539148803436467, 4539148803436467],
          sha: "4539148803436467abc",
        }),
        "trainer_state.json": JSON.stringify({
          log_history: [{ loss: 4.912345678901234, step: 4539148803436467 }],
        }),
        "README.md":
          "arXiv:2410.19482, doi:10.1145/3458817.3476165, pkg@1.2.3, git@github.com:a/b.git, @huggingface/hub, $+12345678$\n",
        "modeling.py": "@torch.no_grad()\nscores = q@k.transpose(-2, -1) + x@self.weight\n",
      },
    },
    { name: "no text at all", files: { "m.bin": Uint8Array.of(0, 1, 2, 255, 254) } },
    { name: "a vocabulary is not searched", files: { "vocab.txt": `${IBAN}\n` } },
  ],
  hostile: [
    {
      name: "a hundred thousand addresses are one finding",
      files: { "a.jsonl": `${addresses(2000)}${"x@uni-nowhere.de ".repeat(100_000)}` },
      finds: [caution("email")],
    },
    { name: "a line of digits", files: { "a.txt": "4".repeat(1_000_000) }, finds: [] },
    { name: "a line of at signs", files: { "a.txt": "a@".repeat(500_000) }, finds: [] },
  ],
});

test("places are bytes and lines, examples are masked, and nothing carries a value", async () => {
  const text = `é\n€ ${IBAN} jane.doe@uni-nowhere.de\n${IBAN}\n`;
  const { outcome } = await runCase(check, { name: "", files: { "a.log": text } });
  expect(outcome).toMatchObject({
    findings: [
      {
        at: { file: "a.log", offset: 7 },
        evidence: { count: 2, distinct: 1, line: 2, examples: ["DE…6199"] },
      },
      { evidence: { examples: ["j…@u….de"] } },
    ],
  });
  expect(JSON.stringify(outcome)).not.toMatch(/5121|jane|nowhere/u);
});

test("a byte-order mark counts, and after lost bytes there is no offset", async () => {
  expect(await offsetIn(Buffer.from(`\uFEFF${IBAN}`))).toBe(3);
  const padded = Buffer.concat([
    Buffer.from("x".repeat(5000)),
    Buffer.of(0xff),
    Buffer.from(` ${IBAN}`),
  ]);
  expect(await offsetIn(padded)).toBeUndefined();
});

async function offsetIn(bytes: Uint8Array): Promise<number | undefined> {
  const { outcome } = await runCase(check, { name: "", files: { "a.txt": bytes } });
  return "findings" in outcome ? outcome.findings[0]?.at?.offset : undefined;
}
