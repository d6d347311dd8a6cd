import { gzipSync } from "node:zlib";

import { buildTar, buildZip, pair, writeGguf } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./secrets.ts";

/** Drawn once, opens nothing; joined to its mark here, so that no token stands in this file. */
const DRAWN = "q7Zt2LkX9vBn4RwY8cHs5DfJ1mGp6TaE3u";
const TOKEN = "hf_" + DRAWN;
const FILLER = "hf_" + "x".repeat(34);
const KEY = `${["-----BEGIN", "PRIVATE KEY-----"].join(" ")}\n${DRAWN}${DRAWN}\n`;

function gguf(value: string, key = "general.description"): Uint8Array {
  return writeGguf({ metadata: [pair(key, "string", value)], tensors: [] });
}

const secret = { level: "caution", key: "secret" } as const;

checkCases(check, {
  caught: [
    {
      name: "a token in the card",
      files: { "README.md": `# Use\n\nlogin("${TOKEN}")\n` },
      finds: [{ ...secret, file: "README.md" }],
    },
    {
      name: "a key file, a password in settings, a token in a notebook",
      files: {
        "deploy.pem": KEY,
        "run/.env": `DB_PASSWORD=${DRAWN}\n`,
        "train.ipynb": JSON.stringify({ cells: [{ source: [`token = '${TOKEN}'\n`] }] }),
      },
      finds: [
        { ...secret, file: "deploy.pem" },
        { ...secret, file: "run/.env" },
        { ...secret, file: "train.ipynb" },
      ],
    },
    {
      name: "a token in a GGUF header",
      files: { "m.gguf": gguf(`made with ${TOKEN}`) },
      finds: [{ ...secret, file: "m.gguf", member: "general.description" }],
    },
    {
      name: "a token in a template",
      files: { "tokenizer_config.json": JSON.stringify({ chat_template: `{# ${TOKEN} #}` }) },
      finds: [secret],
    },
    {
      name: "UTF-16",
      files: { "notes.txt": Buffer.from(`\uFEFFkey ${TOKEN}\n`, "utf16le") },
      finds: [secret],
    },
    {
      name: "one token many times is one finding",
      files: { "log.txt": `${TOKEN}\n`.repeat(50) },
      finds: [secret],
    },
    {
      name: "a token in a text within an archive within a compressed one",
      files: {
        "m.tgz": gzipSync(
          buildTar([
            {
              name: "a.zip",
              data: buildZip({ members: [{ name: ".env", data: `T=${TOKEN}\n` }] }),
            },
          ]),
        ),
      },
      finds: [{ ...secret, file: "m.tgz", member: "<gzip>!/a.zip!/.env" }],
    },
  ],
  clean: [
    {
      name: "a placeholder in a text within an archive",
      files: { "a.zip": buildZip({ members: [{ name: ".env", data: `T=${FILLER}\n` }] }) },
    },
    {
      name: "a placeholder in the card",
      files: {
        "README.md": `# Use\n\nlogin("${FILLER}")\nlogin("hf_...")\nexport HF_TOKEN=<token>\n`,
      },
    },
    {
      name: "a certificate, a variable in settings, a call in a notebook",
      files: {
        "deploy.pem": KEY.replace("PRIVATE", "PUBLIC"),
        "run/.env": "DB_PASSWORD=$DB_PASSWORD_FROM_VAULT_2\n",
        "train.ipynb": JSON.stringify({
          cells: [{ source: ["token = os.environ['HF_TOKEN']\n"] }],
        }),
      },
    },
    {
      name: "hashes, identifiers, pictures and special tokens",
      files: {
        "model.safetensors":
          "version https://git-lfs.github.com/spec/v1\noid sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nsize 12345\n",
        "README.md": `![](data:image/png;base64,iVBORw0KGgo${DRAWN}${DRAWN}==)\n`,
        "tokenizer_config.json": JSON.stringify({
          pad_token: "<|reserved_special_token_250|>",
          unk_token: "reserved_special_token_250",
          added_tokens_decoder: { "1": { content: "<|token_1a2b3c4d5e|>" } },
        }),
        "trainer_state.json": JSON.stringify({ run_id: "0f8fad5b-d9cb-469f-a165-70867728950e" }),
      },
    },
    { name: "a GGUF header without one", files: { "m.gguf": gguf("made with care") } },
    { name: "a vocabulary is not searched", files: { "vocab.txt": `${TOKEN}\n` } },
  ],
  hostile: [
    {
      name: "a thousand different tokens do not fill the report",
      files: {
        "dump.txt": Array.from(
          { length: 1000 },
          (_, index) => `${TOKEN.slice(0, -4)}${1000 + index}`,
        ).join("\n"),
      },
      finds: [...Array.from({ length: 20 }, () => secret), { level: "caution", key: "more" }],
    },
    {
      name: "a text of nothing but beginnings is unknown",
      files: { "dump.txt": `${FILLER} `.repeat(20_001) },
      verdict: "unknown",
    },
    {
      name: "a truncated header is unknown",
      files: { "m.gguf": gguf(TOKEN).subarray(0, 40) },
      verdict: "unknown",
    },
  ],
});

test("the place is bytes and lines, and nothing carries the credential", async () => {
  const text = `é\n€ ${TOKEN} and ${TOKEN}\n`;
  const { outcome } = await runCase(check, { name: "", files: { "a.txt": text } });
  expect(outcome).toMatchObject({
    findings: [
      {
        at: { file: "a.txt", offset: 3 + 4 },
        evidence: { rule: "huggingface", line: 2, count: 2, endsWith: TOKEN.slice(-4) },
      },
    ],
  });
  expect(JSON.stringify(outcome)).not.toContain(TOKEN.slice(-8));
});

test("in UTF-16 the place is bytes too", async () => {
  const files = { "a.txt": Buffer.from(`\uFEFFé\n${TOKEN}\n`, "utf16le") };
  const { outcome } = await runCase(check, { name: "", files });
  expect(outcome).toMatchObject({ findings: [{ at: { offset: 6 } }] });
});

test("in a header the place is bytes of the file", async () => {
  const bytes = gguf(`é ${TOKEN}`);
  const { outcome } = await runCase(check, { name: "", files: { "m.gguf": bytes } });
  expect(outcome).toMatchObject({
    findings: [{ at: { offset: Buffer.from(bytes).indexOf(TOKEN) } }],
  });
});
