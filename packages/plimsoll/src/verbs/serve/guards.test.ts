import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import type { Delta } from "../../engine/delta.ts";
import { Answer } from "../../gateway/pipeline/answer.ts";
import {
  HOLD_CAP_CHARS,
  type AppliedEdit,
  type Halt,
  type PolicyGuard,
} from "../../gateway/pipeline/guards.ts";
import { scanRequest } from "../../gateway/pipeline/request.ts";
import { placeholderOf } from "../../gateway/pipeline/surrogates.ts";
import { sendRoundTrips } from "../../testing/round-trips.ts";
import { streamSplitSecrets } from "../../testing/split-secrets.ts";
import { parseSecretRules } from "../../text/secrets/rules-schema.ts";
import { preparePolicyGuards, REFERENCE_GUARDS } from "./guards.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const guards = await preparePolicyGuards({ guards: undefined, knowledge });

type Out = {
  readonly text: string;
  readonly types: readonly string[];
  readonly halt: Halt | undefined;
};

/** Streams pieces through the guards; `kind` is the channel. */
function streamed(
  pieces: readonly string[],
  kind: "text" | "args" = "text",
  own: readonly PolicyGuard[] = guards,
): Out {
  let text = "";
  let halt: Halt | undefined;
  const edits: AppliedEdit[] = [];
  const answer = new Answer({
    guards: own,
    isJson: false,
    originals: new Map(),
    hasLogprobs: false,
    replace: placeholderOf,
    sink: {
      release: (delta) => {
        if (delta.kind === "text") text += delta.text;
        if (delta.kind === "tool") text += delta.args ?? "";
      },
      edited: (edit) => edits.push(edit),
      halt: (why) => {
        halt = why;
      },
      done: () => {},
    },
  });
  if (kind === "args") answer.push({ kind: "tool", choice: 0, index: 0, name: "f" });
  for (const piece of pieces) {
    const delta: Delta =
      kind === "text"
        ? { kind: "text", choice: 0, text: piece }
        : { kind: "tool", choice: 0, index: 0, args: piece };
    answer.push(delta);
  }
  answer.end(undefined);
  return { text, types: edits.map(({ type }) => type), halt };
}

const letters = (seed: number, count: number, alphabet: string): string => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet.charAt(state % alphabet.length);
  }).join("");
};
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Values of every kind that the guards look for, with inert letters; joined here so that no scanner reports this file. */
const SECRETS: readonly (readonly [string, string])[] = [
  ["github-pat", ["gh", "p_", letters(7, 36, MIXED)].join("")],
  ["aws-access-token", ["AK", "IA", letters(3, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")].join("")],
  [
    "slack-bot-token",
    [
      "xo",
      "xb-",
      letters(5, 12, "123456789"),
      "-",
      letters(6, 12, "123456789"),
      "-",
      letters(9, 24, MIXED),
    ].join(""),
  ],
  ["gitlab-pat", ["gl", "pat-", letters(11, 20, MIXED)].join("")],
  ["email", "ada.lovelace@example.org"],
  ["card", "4111 1111 1111 1111"],
  ["card", "5500000000000004"],
  ["iban", "DE89 3704 0044 0532 0130 00"],
  ["iban", "GB29 NWBK 6016 1331 9268 19"],
  ["phone", "+49 30 901820"],
];

describe("what guards look for does not leave", () => {
  test.each(SECRETS)("%s, however it is cut", (type, value) => {
    const text = `Well then, here it is: ${value} and nothing more.\nGood.`;
    const whole = streamed([text]);
    expect([whole.halt, whole.text.includes(value), whole.types.includes(type)]).toEqual([
      undefined,
      false,
      true,
    ]);
    for (let at = 1; at < text.length; at += 1) {
      expect(streamed([text.slice(0, at), text.slice(at)]).text).toBe(whole.text);
    }
    expect(streamed(Array.from(text)).text).toBe(whole.text);
  });

  test.each([
    ["zero-width joiners", "ada.love\u200Dlace@exam\u200Bple.org"],
    ["wide forms", "ａｄａ＠ｅｘａｍｐｌｅ.org"],
    ["a soft hyphen", "4111 1111 1\u00AD111 1111"],
    ["narrow spaces", "4111\u202F1111\u20091111\u00A01111"],
    ["hyphens that do not break", "4111\u20111111\u20101111\u22121111"],
    ["Arabic digits", "٤١١١ ١١١١ ١١١١ ١١١١"],
    ["digits of Devanagari", "४१११-११११-११११-११११"],
  ])("%s hide nothing", (_, value) => {
    const { text } = streamed([`Write to ${value} now.`]);
    expect(text).toMatch(/^Write to \[(?:EMAIL|CARD)\] now\.$/u);
  });

  test.each([
    ["a word before a sign", "email ada at example"],
    ["a number that fails Luhn", "4111 1111 1111 1112"],
    ["an IBAN with another sum", "DE88 3704 0044 0532 0130 00"],
    ["a decorator", "@app.route('/')"],
    ["a hash", "d41d8cd98f00b204e9800998ecf8427e"],
    [
      "prose of keys and tokens",
      "The key to the access token is that each token has a key, and no secret.",
    ],
    ["a version", "1.2.3-rc.4 of 2026-11-25"],
  ])("%s stays", (_, value) => {
    const text = `Look: ${value} here.`;
    expect(streamed([text])).toMatchObject({ text, types: [] });
  });
});

const parsed = (args: string): unknown => JSON.parse(streamed(Array.from(args), "args").text);

describe("arguments of tools", () => {
  test("stay JSON, whatever is replaced", () => {
    expect(parsed('{"to":"ada@example.org","n":1}')).toEqual({ to: "[EMAIL]", n: 1 });
    expect(parsed('{"card":4111111111111111,"ok":true}')).toEqual({ card: "[CARD]", ok: true });
    expect(parsed('{"cards":[4111111111111111,2]}')).toEqual({ cards: ["[CARD]", 2] });
  });
  test("are read with their escapes", () => {
    expect(parsed('{"to":"ada\\u0040example.org"}')).toEqual({ to: "[EMAIL]" });
    expect(parsed('{"to":"ada\\u0041example.org"}')).toEqual({ to: "adaAexample.org" });
  });
});

describe("what waits has an end, and ordinary text does not reach it", () => {
  test.each([
    ["base64 without blanks", letters(13, 12_000, `${MIXED}+/`)],
    ["letters and digits without end", "A1".repeat(HOLD_CAP_CHARS)],
    ["Japanese without blanks", "吾輩は猫である名前はまだ無い".repeat(800)],
    ["a long list of numbers", Array.from({ length: 3_000 }, (_, at) => String(at * 7)).join("\n")],
    [
      "prose of tokens",
      "Each token has a key, and the key of the token is an api key; ".repeat(300),
    ],
    [
      "code",
      "const key = tokens[index];\nif (key === undefined) return secretFree(api);\n".repeat(300),
    ],
  ])("%s passes", (_, text) => {
    expect(streamed(cut(text, 7))).toMatchObject({ text, halt: undefined });
  });
  test("a value without end is blocked at the cap", () => {
    const { text, halt } = streamed(cut(`so ey${"J1".repeat(HOLD_CAP_CHARS)}`, 100));
    expect([text, halt?.kind]).toEqual(["so ", "block"]);
  });
  test.each([
    ["RSA, 2,048 bits", 26],
    ["RSA, 4,096 bits", 50],
    ["RSA, 8,192 bits", 99],
  ])("a private key is replaced: %s", (_, lines) => {
    const text = `Here:\n${privateKeyOf(lines)}\nDone.`;
    for (const pieces of [[text], cut(text, 11)]) {
      const out = streamed(pieces);
      expect(out).toMatchObject({
        text: "Here:\n[PRIVATE_KEY]\n-----END RSA PRIVATE KEY-----\nDone.",
        halt: undefined,
      });
    }
    const args = JSON.stringify({ key: text });
    const { text: left, halt } = streamed(cut(args, 13), "args");
    expect([halt, left.includes(letters(20, 64, `${MIXED}+/`))]).toEqual([undefined, false]);
  });
  test("one that is longer than any that is used is blocked", () => {
    const { text, halt } = streamed(cut(`Here:\n${privateKeyOf(300)}\nDone.`, 11));
    expect([text, halt?.kind]).toEqual(["Here:\n", "block"]);
  });
});

test("split secrets in streams: none leaks, and the text is that of the whole (seeded, 1 % of the soak)", () => {
  const rules = knowledge.read("secret-rules", parseSecretRules);
  const figures = streamSplitSecrets(guards, rules, { streams: 100, seed: 20_261_125 });
  expect(figures).toMatchObject({ leaks: 0, different: 0, broken: 0, seeds: [] });
  expect(figures.secret).toBeGreaterThan(80);
});

test("texts with secrets, cut at every place and put together again (seeded, a part of the soak)", async () => {
  const rules = knowledge.read("secret-rules", parseSecretRules);
  const figures = await sendRoundTrips(guards, rules, { texts: 6, seed: 20_261_125 });
  expect(figures).toMatchObject({ leaks: 0, different: 0, notRestored: 0, seeds: [] });
  expect(figures.secret).toBeGreaterThan(4);
});

test.each([207_820_350, 207_820_743])(
  "a value behind two groups, in a run that is cut within it (seed %d)",
  async (seed) => {
    const rules = knowledge.read("secret-rules", parseSecretRules);
    const figures = await sendRoundTrips(guards, rules, { texts: 1, seed });
    expect(figures).toMatchObject({ secret: 1, leaks: 0, different: 0, notRestored: 0 });
  },
);

test("a name within what looks like a value of another name is a name", () => {
  const drawn = letters(17, 32, MIXED);
  const text = `say "abcdefkeyghijklmn", token_is_long="${drawn}" `;
  expect(streamed([text]).text).not.toContain(drawn);
});

test("the stream of secrets sees a leak where nothing guards", () => {
  const rules = knowledge.read("secret-rules", parseSecretRules);
  const figures = streamSplitSecrets([], rules, { streams: 20, seed: 1 });
  expect(figures.leaks).toBe(figures.secret);
});

test("what a person wrote comes back to them, and reaches no engine", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom(...SECRETS.map(([, value]) => value), "Hello", "[EMAIL_1]", "x = 1"),
        { maxLength: 6 },
      ),
      async (parts) => {
        const text = parts.join(" and ");
        const turn = {
          model: "m",
          messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text }] }],
          tools: [],
          output: { kind: "text" },
          sampling: {},
          choices: 1,
          stream: false,
          extra: {},
        } as const;
        const scanned = await scanRequest(turn, guards);
        if (scanned.kind !== "passed") throw new TypeError("halted");
        const [part] = scanned.turn.messages[0]?.parts ?? [];
        const sent = part?.kind === "text" ? part.text : "";
        expect(SECRETS.some(([, value]) => sent.includes(value))).toBe(false);
        let restored = sent;
        for (const [surrogate, original] of scanned.originals)
          restored = restored.replaceAll(surrogate, () => original);
        expect(restored).toBe(text);
      },
    ),
    { numRuns: 40 },
  );
});

describe("a policy says what is done", () => {
  test("off, observe, block and only", async () => {
    const off = await preparePolicyGuards({
      guards: { secrets: "off", "privacy/personal-data": { mode: "block", only: ["email"] } },
      knowledge,
    });
    expect(off.map(({ id, mode }) => [id, mode])).toEqual([["privacy/personal-data", "block"]]);
    expect(streamed(["card 4111 1111 1111 1111 x"], "text", off).halt).toBeUndefined();
    expect(streamed(["mail ada@example.org x"], "text", off).halt?.kind).toBe("block");
  });
  test("a rule that there is none of is refused, and so is an empty list", async () => {
    for (const only of [["email", "emial"], []]) {
      await expect(
        preparePolicyGuards({ guards: { "personal-data": { only } }, knowledge }),
      ).rejects.toMatchObject({ code: "setting-invalid" });
    }
  });
  test("the reference set of the bench is four rules and no more", async () => {
    const few = await preparePolicyGuards({ guards: REFERENCE_GUARDS, knowledge });
    expect(few.map(({ id }) => id)).toEqual(["privacy/personal-data", "security/secrets"]);
    const text = "ada@example.org, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, +49 30 901820";
    expect(streamed([text], "text", few).types).toEqual(["email", "card", "iban"]);
    const [token, other] = SECRETS.map(([, value]) => value);
    expect(streamed([`${token} ${other} `], "text", few).types).toEqual(["github-pat"]);
  });
  test("a guard that there is none of is refused", async () => {
    await expect(
      preparePolicyGuards({ guards: { toxicity: "block" }, knowledge }),
    ).rejects.toMatchObject({ code: "setting-invalid" });
  });
});

/** What a private key looks like, of so many lines. */
function privateKeyOf(lines: number): string {
  const body = Array.from({ length: lines }, (_, at) => letters(at + 1, 64, `${MIXED}+/`));
  const kind = ["RSA PRIV", "ATE KEY"].join("");
  return `-----BEGIN ${kind}-----\n${body.join("\n")}\n-----END ${kind}-----`;
}

function cut(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  );
}

function prepareFor(
  review: { readonly when?: readonly string[]; readonly twoPerson?: readonly string[] },
  own?: Parameters<typeof preparePolicyGuards>[0]["guards"],
): Promise<readonly PolicyGuard[]> {
  const { when = [], twoPerson = [] } = review;
  return preparePolicyGuards({ guards: own, knowledge, review: { when, twoPerson } });
}

describe("types that people decide on", () => {
  test("are told to the guard that finds them", async () => {
    const prepared = await prepareFor({ when: ["iban", "gitlab-pat"] });
    expect(prepared.map(({ id, holdTypes }) => [id, holdTypes])).toEqual([
      ["privacy/personal-data", ["iban"]],
      ["security/secrets", ["gitlab-pat"]],
    ]);
  });
  test.each<[string, ...Parameters<typeof prepareFor>]>([
    ["a type that nobody finds", { when: ["ibam"] }, undefined],
    ["a topic that nobody finds", { twoPerson: ["ibam"] }, undefined],
    ["a guard that only observes", { when: ["iban"] }, { "personal-data": "observe" }],
    ["a guard that is off", { when: ["iban"] }, { "personal-data": "off" }],
    ["a type left out of those", { when: ["iban"] }, { "personal-data": { only: ["email"] } }],
  ])("%s is refused", async (_, review, own) => {
    await expect(prepareFor(review, own)).rejects.toMatchObject({ code: "setting-invalid" });
  });
});
