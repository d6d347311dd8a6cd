import { describe, expect, test } from "vitest";

import type { Turn } from "../../engine/turn.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import type { PolicyGuard } from "../pipeline/guards.ts";
import { scanRequest } from "../pipeline/request.ts";
import { judge, type Judged } from "./judge.ts";
import type { BurstPolicy } from "./policy.ts";

const POLICY: BurstPolicy = {
  queueMs: 0,
  onFailing: true,
  allow: ["none", "redacted"],
  teams: [],
  never: [],
};
const personal = wordGuard("ada", { id: "privacy/word" });
const secret = wordGuard("key", { id: "security/word" });

function turn(text: string, change: Partial<Turn> = {}): Turn {
  return {
    model: "m",
    messages: [{ role: "user", trust: "user", parts: [{ kind: "text", text }] }],
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra: {},
    ...change,
  };
}

async function judged(
  asked: Turn,
  options: {
    readonly scan?: readonly PolicyGuard[];
    readonly again?: readonly PolicyGuard[];
    readonly policy?: Partial<BurstPolicy>;
  } = {},
): Promise<Judged | "halted"> {
  const scan = options.scan ?? [personal, secret];
  const scanned = await scanRequest(asked, scan);
  if (scanned.kind === "halted") return "halted";
  return judge(asked, scanned, options.again ?? scan, { ...POLICY, ...options.policy });
}

const parts = (...texts: readonly string[]) =>
  turn("", {
    messages: [
      {
        role: "user",
        trust: "user",
        parts: texts.map((text) => ({ kind: "text", text })),
      },
    ],
  });

test("what holds nothing is of the class none, what was replaced of the class redacted", async () => {
  expect(await judged(turn("hello"))).toMatchObject({ kind: "may-leave", dataClass: "none" });
  const redacted = await judged(turn("ada and ada"));
  expect(redacted).toMatchObject({ dataClass: "redacted", found: { word: 2 } });
  expect(JSON.stringify(redacted)).not.toContain("ada");
});

test("only the classes leave that may", async () => {
  const none = { policy: { allow: ["none"] } } as const;
  const only = { policy: { allow: ["redacted"] } } as const;
  expect(await judged(turn("ada"), none)).toEqual({ kind: "stays", why: "class" });
  expect(await judged(turn("hello"), none)).toMatchObject({ kind: "may-leave" });
  expect(await judged(turn("hello"), only)).toEqual({ kind: "stays", why: "class" });
});

test("what a guard of another concern found stays, though it was replaced", async () => {
  expect(await judged(turn("the key"))).toEqual({ kind: "stays", why: "found" });
});

test("what was only observed stays", async () => {
  const observing = [wordGuard("ada", { id: "privacy/word", mode: "observe" })];
  expect(await judged(turn("ada"), { scan: observing })).toEqual({
    kind: "stays",
    why: "observed",
  });
});

describe("what would be sent is looked at once more", () => {
  const broken: PolicyGuard = {
    ...personal,
    onError: "observe",
    open: () => ({
      push: () => {
        throw new RangeError("broken");
      },
    }),
  };
  test("a guard that failed and was let go blind lets nothing leave", async () => {
    expect(await judged(turn("ada"), { scan: [broken] })).toEqual({
      kind: "stays",
      why: "doubtful",
    });
  });
  test("no guard at all lets nothing leave", async () => {
    expect(await judged(turn("hello"), { scan: [], again: [] })).toEqual({
      kind: "stays",
      why: "doubtful",
    });
  });
  test("a guard that does not look at a channel lets nothing of it leave", async () => {
    const textOnly = [wordGuard("ada", { id: "privacy/word", channels: ["text"] })];
    const tool = { tools: [{ name: "f" }] };
    expect(await judged(turn("hello"), { scan: textOnly })).toMatchObject({ kind: "may-leave" });
    expect(await judged(turn("hello", tool), { scan: textOnly })).toEqual({
      kind: "stays",
      why: "doubtful",
    });
  });
  test("a slow guard is waited for, and one that is too slow lets nothing leave", async () => {
    const slow = wordGuard("ada", { id: "privacy/word", delayMs: 1 });
    const late = wordGuard("ada", { id: "privacy/word", delayMs: 50, timeoutMs: 1 });
    expect(await judged(turn("ada"), { scan: [slow] })).toMatchObject({ kind: "may-leave" });
    expect(await judged(turn("hello"), { scan: [slow], again: [late] })).toEqual({
      kind: "stays",
      why: "doubtful",
    });
  });
  test("words of two parts of one message are read as one", async () => {
    expect(await judged(parts("a", "da"))).toEqual({ kind: "stays", why: "doubtful" });
    expect(await judged(parts("a", " da"))).toMatchObject({ kind: "may-leave" });
    expect(await judged(parts("ada", "ada"))).toMatchObject({ dataClass: "redacted" });
  });
});

test("what a server of somebody else does not need is left out and named", async () => {
  const asked = turn("hello", { subject: "p", extra: { x: 1 }, sampling: { seed: 7, topP: 1 } });
  expect(await judged(asked)).toMatchObject({
    dropped: ["x", "seed"],
    turn: { extra: {}, sampling: { topP: 1 } },
  });
  expect(JSON.stringify(await judged(asked))).not.toContain('"subject"');
});
