import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { turnRequest } from "../../engine/openai/request.ts";
import type { Message, Turn } from "../../engine/turn.ts";
import { judge } from "../../gateway/burst/judge.ts";
import { scanRequest } from "../../gateway/pipeline/request.ts";
import { preparePolicyGuards } from "./guards.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const guards = await preparePolicyGuards({ guards: undefined, knowledge });
const POLICY = {
  queueMs: 0,
  onFailing: true,
  allow: ["none", "redacted"],
  teams: [],
  never: ["neptune"],
} as const;

/** What must not leave as it is: personal data of each type, credentials and a word of the policy. */
const personal = fc.constantFrom(
  "ada.lovelace+test@mail.example.org",
  "4111 1111 1111 1111",
  "5500-0000-0000-0004",
  "DE89 3704 0044 0532 0130 00",
  "GB29NWBK60161331926819",
  "+44 20 7946 0958",
  "+1 415 555 2671",
  "93.184.216.34",
);
const stays = fc.constantFrom(
  ["AKIA", "Q3EGRIZD7X5BVL2M"].join(""),
  ["gh", "p_", "a8Kd93kLmQ0zXcV7bN1s".repeat(2).slice(0, 36)].join(""),
  "Neptune",
  "NEP\u00adTUNE",
  "\uff2eeptune",
);
const value = fc.oneof({ weight: 100, arbitrary: personal }, { weight: 1, arbitrary: stays });
const word = fc.constantFrom(
  "write",
  "to",
  "the",
  "captain.",
  "\n",
  '"so"',
  "\\",
  "[EMAIL_1]",
  "\u{1f6a2}",
  "{",
  "1",
  "no:",
);
const words = fc.array(word, { maxLength: 6 }).map((all) => all.join(" "));
const text = fc
  .tuple(words, fc.option(value), words)
  .map(([before, found, after]) => `${before} ${found ?? ""} ${after}`);
const part = text.map((said) => ({ kind: "text" as const, text: said }));

const message: fc.Arbitrary<Message> = fc.record(
  {
    role: fc.constantFrom("system", "user", "assistant", "tool"),
    trust: fc.constant("user" as const),
    parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    name: text,
    callId: text,
    calls: fc.array(
      fc.record({ id: text, name: text, args: text.map((said) => JSON.stringify({ said })) }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ["role", "trust", "parts"] },
);

const turn: fc.Arbitrary<Turn> = fc
  .record({
    messages: fc.array(message, { minLength: 1, maxLength: 3 }),
    tool: fc.record({ name: text, description: text, key: text, constant: text }),
    stop: fc.array(text, { maxLength: 2 }),
    effort: text,
    extra: text,
    prompt: fc.option(text, { nil: undefined }),
  })
  .map(({ messages, tool, stop, effort, extra, prompt }) => ({
    model: "m",
    messages,
    ...(prompt === undefined ? {} : { prompt }),
    tools: [
      {
        name: tool.name,
        description: tool.description,
        parameters: { properties: { [tool.key]: { const: tool.constant } } },
      },
    ],
    toolChoice: { kind: "tool", name: tool.name },
    output: { kind: "schema", name: tool.name, schema: { description: tool.constant } },
    sampling: { stop },
    choices: 1,
    effort,
    stream: false,
    extra: { x: extra },
    subject: extra,
  }));

/** Only what says something, in one case: a value is known whatever stands between its letters. */
const bare = (said: string): string =>
  said
    .normalize("NFKC")
    .replaceAll(/[^\p{L}\p{N}@]/gu, "")
    .toLowerCase();

test("whatever is asked, nothing that guards know or the policy names stands in what leaves", async () => {
  let left = 0;
  await fc.assert(
    fc.asyncProperty(turn, async (asked) => {
      const scanned = await scanRequest(asked, guards);
      if (scanned.kind === "halted") return;
      const judged = await judge(asked, scanned, guards, POLICY);
      if (judged.kind === "stays") return;
      left += 1;
      const sent = bare(turnRequest(judged.turn).body);
      for (const known of KNOWN) expect(sent).not.toContain(known);
    }),
  );
  expect(left).toBeGreaterThan(0);
});

const KNOWN = [
  "adalovelace",
  "4111111111111111",
  "5500000000000004",
  "de8937040044",
  "gb29nwbk",
  "2079460958",
  "4155552671",
  "93184216",
  "akiaq3",
  "ghpa8kd",
  "neptune",
];
