import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { openSecrets } from "./find.ts";
import { parseSecretFacts } from "./schema.ts";
import { TOKEN_MAX_CANDIDATES } from "./tokens.ts";

const FACTS = parseSecretFacts(
  parse(readFileSync(join(import.meta.dirname, "../../../knowledge/secrets.yaml"), "utf8")),
);
const find = openSecrets(FACTS);

/** Characters drawn once, that open nothing; marks and bodies are joined here, so that no token stands in this file. */
const DRAWN =
  "q7Zt2LkX9vBn4RwY8cHs5DfJ1mGp6TaE3uKxW0eNr7Qb2Vy9Uj4Mi8Oz5Pl3Sd6Fg1Hk7Xc2Va9Bt4Nw8Ry5Eq3";
const UPPER = "Q7ZT2LKX4VBN3RWY";
const body = (length: number): string => DRAWN.slice(0, length);
const WEB_TOKEN = ["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + `1c2VyIjoi${body(30)}`, body(43)].join(".");
const PEM_BODY = `${body(64)}\n${body(40)}`;
const PEM_FIRST = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");

function rules(text: string, base = "notes.md"): string[] {
  return find(text, base).hits.map(
    ({ rule, start, end }) => `${rule} ${text.slice(start, end).slice(-4)}`,
  );
}

test.each<[string, string, string]>([
  ["huggingface", "hf_", body(34)],
  ["aws", "AKIA", UPPER],
  ["github", "ghp_", body(36)],
  ["github", "github_pat_", `${body(22)}_${body(59)}`],
  ["gitlab", "glpat-", body(20)],
  ["openai", "sk-", body(48)],
  ["openai", "sk-proj-", body(74)],
  ["anthropic", "sk-ant-", `api03-${body(80)}`],
  ["google", "AIza", body(35)],
  ["slack", "xoxb-", `2834719283-${body(24)}`],
  ["stripe", "sk_live_", body(24)],
  ["npm", "npm_", body(36)],
])("%s tokens that begin %s, alone and nowhere else", (rule, mark, rest) => {
  const token = mark + rest;
  const hit = `${rule} ${token.slice(-4)}`;
  expect(rules(token)).toEqual([hit]);
  expect(rules(`key = "${token}".`)).toEqual([hit]);
  expect(rules(`{"text":"line\\n${token}\\n"}`)).toEqual([hit]);
  expect(rules(`https://host.io/?key=${token}&x=1`)).toEqual([hit]);
  // One letter before or after makes it another word, one character less makes it too short.
  expect(rules(`x${token}`)).toEqual([]);
  expect(rules(`- ${mark}${"x".repeat(rest.length)}`)).toEqual([]);
  expect(rules(mark)).toEqual([]);
  expect(rules(`${mark}...`)).toEqual([]);
});

test.each(["hf_", "ghp_", "npm_", "AIza"])("%s tokens have a length", (mark) => {
  const rule = FACTS.tokens.find(({ starts }) => starts.includes(mark));
  const least = (rule?.least ?? 0) - mark.length;
  const shortest =
    mark === "AIza" || mark === "npm_" ? least : Math.max(least, mark === "hf_" ? 34 : 36);
  expect(rules(mark + body(shortest))).toHaveLength(1);
  expect(rules(mark + body(shortest - 1))).toHaveLength(0);
});

test("a signed web token has three parts", () => {
  expect(rules(WEB_TOKEN)).toEqual([`jwt ${WEB_TOKEN.slice(-4)}`]);
  expect(rules(WEB_TOKEN.split(".").slice(0, 2).join("."))).toEqual([]);
});

test("an access key id tells whether its secret is near it", () => {
  const key = "AKIA" + UPPER;
  const secret = "wJ4l/rXUt9FEMIK7+DENGbPxRf3CYqZ8vLs2TnOa";
  expect(find(`${key}\n${secret}\n`, "x").hits).toMatchObject([{ companion: "secret access key" }]);
  expect(find(`${key}\n${secret}x\n`, "x").hits[0]?.companion).toBeUndefined();
  expect(find(`${key}\n${" ".repeat(300)}${secret}`, "x").hits[0]?.companion).toBeUndefined();
});

test.each<[string, string]>([
  ["in lines", `${PEM_FIRST}\n${PEM_BODY}\n-----END`],
  ["with line ends written out", `"${PEM_FIRST}\\n${PEM_BODY.replace("\n", "\\n")}\\n"`],
  ["with headers", `${PEM_FIRST}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n${PEM_BODY}\n`],
  ["joined in a program", `'${PEM_FIRST}\\n'\n'${PEM_BODY.replace("\n", "\\n'\n'")}'`],
  ["of another kind", `${PEM_FIRST.replace("PRIVATE", "OPENSSH PRIVATE")}\n${PEM_BODY}`],
])("a private key %s", (_, text) =>
  expect(rules(text)).toEqual([`private-key ${body(40).slice(-4)}`]),
);

test.each<[string, string]>([
  ["its first line alone", `if text.startswith("${PEM_FIRST}"):\n    load(text)`],
  ["63 characters", `${PEM_FIRST}\n${body(63)}\n-----END`],
  ["a public key", `${PEM_FIRST.replace("PRIVATE", "PUBLIC")}\n${PEM_BODY}`],
  ["filled with one letter", `${PEM_FIRST}\n${"x".repeat(80)}\n`],
])("no private key: %s", (_, text) => expect(rules(text)).toEqual([]));

test.each<[string, string?]>([
  [`password = "${body(16)}"`],
  [`{"api_key": "${body(32)}"}`],
  [`os.environ["WANDB_API_KEY"] = '${body(40)}'`],
  [`client_secret: str = "${body(20)}"`],
  [`{"text": "{\\"token\\": \\"${body(24)}\\"}"}`],
  [`DB_PASSWORD=${body(12)}`, ".env"],
  [`secret: ${body(20)}\n`, "config.yaml"],
  [`PASSWORD := \`${body(14)}\``],
])("a value behind a name: %s in %s", (text, base = "a.py") => {
  expect(rules(text, base)).toHaveLength(1);
});

test.each<[string, string?]>([
  [`DB_PASSWORD=${body(12)}`, "notes.md"],
  [`password = "${body(11)}"`],
  [`password == "${body(16)}"`],
  [`password = get("${body(16)}")`],
  [`token_type = "${body(16)}"`],
  [`password = "${body(16)}`],
  ['password = "correct-horse-battery-staple"'],
  ['"pad_token": "<|reserved_special_token_250|>"'],
  ['"pad_token": "reserved_special_token_250"'],
  ['"hub_token": "<HUB_TOKEN>"'],
  ['"token": "your_token_1a2B3c4D5e"'],
  ['api_key = "${OPENAI_API_KEY_1a2b}"'],
  ['api_key = "12345678901234567890"'],
  ['api_key = "abcdefgh12345678"'],
  ['api_key = "k9Zt2LkX00000BnRw"'],
  ['api_key = "sk-xxxxxxxxxxxxxxxxxxxx1A2b"'],
  ['"api_key": "0f8fad5b-d9cb-469f-a165-70867728950e"'],
  ['secret = "https://u1.example.io/a9B8c7D6"'],
])("no secret behind a name: %s in %s", (text, base = "a.py") => {
  expect(rules(text, base)).toEqual([]);
});

test.each([
  "AKIA" + "IOSFODNN7EXAMPLE",
  "hf_" + "x".repeat(34),
  "hf_" + "hijklmnopqrstuvwxyzHIJKLMNOPQRSTUV",
  "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH",
  "sk-" + "1234567890abcdef1234567890abcdef",
  "oid sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nsize 123",
  '{"sha": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "etag": "d41d8cd98f00b204e9800998ecf8427e"}',
  '"_commit_hash": "0123abc456def789aa0123abc456def789aa0123"',
  `![](data:image/png;base64,iVBORw0KGgo${body(60)}/AIza${body(35)}+${body(20)}==)`,
  "0f8fad5b-d9cb-469f-a165-70867728950e",
  "task-" + body(48),
  "eyJ" + body(40),
])("%s is clean", (text) => expect(rules(text)).toEqual([]));

test("a token behind a name is one secret, and the issuer's", () => {
  const token = "hf_" + body(34);
  expect(rules(`HF_TOKEN = "${token}"`)).toEqual([`huggingface ${token.slice(-4)}`]);
});

test("gives up on a text of nothing but beginnings, and says so", () => {
  const start = `hf_${"a".repeat(34)} `;
  expect(find(start.repeat(TOKEN_MAX_CANDIDATES), "x").complete).toBe(true);
  expect(find(start.repeat(TOKEN_MAX_CANDIDATES + 1), "x").complete).toBe(false);
});

test("hits are in order and apart, in any text", () => {
  const piece = fc.constantFrom(
    "hf_",
    body(34),
    'token="',
    '"',
    " ",
    "=",
    "\n",
    "AKIA",
    UPPER,
    "eyJ",
    ".",
    "-",
    PEM_FIRST,
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, isSettings) => {
      const text = pieces.join("");
      const { hits } = find(text, isSettings ? ".env" : "a.py");
      let last = 0;
      for (const { start, end } of hits) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});
