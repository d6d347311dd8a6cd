import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { DIALECTS } from "../../gateway/dialects/all.ts";
import { readAnswer } from "../../testing/dialects/client.ts";
import { roundTrip, SPLIT_DIALECTS, streamThroughDialect } from "../../testing/split-dialects.ts";
import { cutAtRandom, randomFrom, secretStream } from "../../testing/split-secrets.ts";
import { playAnswer } from "../../testing/upstream/play.ts";
import { secretScanRules } from "../../text/secrets/rules.ts";
import { parseSecretRules } from "../../text/secrets/rules-schema.ts";
import { preparePolicyGuards } from "./guards.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const guards = await preparePolicyGuards({ guards: undefined, knowledge });
const rules = knowledge.read("secret-rules", parseSecretRules);
const finders = secretScanRules(rules);

test("arguments that are no JSON are looked at like any text, however they are cut", () => {
  let secrets = 0;
  for (let seed = 5_000_000; seed < 5_000_100; seed += 1) {
    const { text, known } = secretStream(finders, rules, seed);
    const pieces = cutAtRandom(text, randomFrom(seed));
    const chunks = pieces.map((args, at) => {
      const named = at === 0 ? { name: "note", arguments: args } : { arguments: args };
      return { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: named }] } }] };
    });
    const last = { choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] };
    const events = [...chunks, last].map((one) => `data: ${JSON.stringify(one)}\n\n`);
    const { sent } = playAnswer([Buffer.from(events.join(""))], DIALECTS.chat, { guards });
    const [call] = readAnswer("chat", sent).calls;
    expect([seed, known.filter((one) => call?.args.includes(one))]).toEqual([seed, []]);
    secrets += known.length;
  }
  expect(secrets).toBeGreaterThan(80);
});

describe.each(SPLIT_DIALECTS)("%s", (dialect) => {
  test("split secrets: none leaks, and the text is that of the whole (seeded, 1 % of the soak)", async () => {
    const asked = { streams: 100, seed: 20_261_125 };
    const figures = await streamThroughDialect(dialect, guards, rules, asked);
    const none = { leaks: 0, different: 0, broken: 0, inconsistent: 0, unrestored: 0, seeds: [] };
    expect(figures).toMatchObject(none);
    expect(figures.secret).toBeGreaterThan(80);
  });

  test("a leak is seen where nothing guards", async () => {
    const figures = await streamThroughDialect(dialect, [], rules, { streams: 20, seed: 1 });
    expect([figures.leaks, figures.unrestored]).toEqual([figures.secret, figures.secret]);
    expect([figures.different, figures.broken, figures.inconsistent]).toEqual([0, 0, 0]);
  });

  test("what was put aside in a request is put back in its answer, however that is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1_000_000 }),
        fc.boolean(),
        fc.constantFrom("text", "reasoning", "args"),
        async (seed, isStream, kind) => {
          const stream = { ...secretStream(finders, rules, seed), kind };
          const next = randomFrom(seed);
          expect(await roundTrip(dialect, guards, stream, { next, isStream })).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });
});
