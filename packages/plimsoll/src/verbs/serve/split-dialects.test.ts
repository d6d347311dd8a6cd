import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import {
  bodyOf,
  cutStream,
  partOf,
  passThrough,
  SPLIT_DIALECTS,
  streamThroughDialect,
  wholeBody,
} from "../../testing/split-dialects.ts";
import { cutAtRandom, randomFrom, secretStream } from "../../testing/split-secrets.ts";
import { secretScanRules } from "../../text/secrets/rules.ts";
import { parseSecretRules } from "../../text/secrets/rules-schema.ts";
import { preparePolicyGuards } from "./guards.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const guards = await preparePolicyGuards({ guards: undefined, knowledge });
const rules = knowledge.read("secret-rules", parseSecretRules);
const finders = secretScanRules(rules);

describe.each(SPLIT_DIALECTS)("%s", (dialect) => {
  test("split secrets: none leaks, and the text is that of the whole (seeded, 1 % of the soak)", async () => {
    const asked = { streams: 100, seed: 20_261_125 };
    const figures = await streamThroughDialect(dialect, guards, rules, asked);
    const none = { leaks: 0, different: 0, broken: 0, inconsistent: 0, seeds: [] };
    expect(figures).toMatchObject(none);
    expect(figures.secret).toBeGreaterThan(80);
  });

  test("a leak is seen where nothing guards", async () => {
    const figures = await streamThroughDialect(dialect, [], rules, { streams: 20, seed: 1 });
    expect(figures.leaks).toBe(figures.secret);
    expect([figures.different, figures.broken, figures.inconsistent]).toEqual([0, 0, 0]);
  });

  test("what was put aside in a request is put back in its answer, however that is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1_000_000 }),
        fc.boolean(),
        fc.constantFrom("text", "reasoning", "args"),
        async (seed, isStream, kind) => {
          const { text, known } = secretStream(finders, rules, seed);
          const next = randomFrom(seed);
          let upstreamSaw = "";
          const echo = (sent: string): readonly Buffer[] => {
            upstreamSaw = saidIn(sent);
            const all = kind === "args" ? JSON.stringify({ note: upstreamSaw }) : upstreamSaw;
            const echoed = { kind, text, all, known, pieces: cutAtRandom(all, next) } as const;
            return isStream ? cutStream(echoed, next) : [wholeBody(echoed)];
          };
          const body = bodyOf(dialect, text);
          const { read } = await passThrough({ dialect, guards, body, isStream, upstream: echo });
          expect(known.filter((one) => upstreamSaw.includes(one))).toEqual([]);
          const told = partOf(read, kind);
          expect(kind === "args" ? JSON.parse(told) : told).toEqual(
            kind === "args" ? { note: text } : text,
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** The text that the upstream was sent. */
function saidIn(sent: string): string {
  const { messages }: { messages: { parts: { text: string }[] }[] } = JSON.parse(sent);
  return messages[0]?.parts[0]?.text ?? "";
}
