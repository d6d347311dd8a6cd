import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HeldAnswer } from "../gateway/hot/contract.ts";
import type { PolicyGuard } from "../gateway/pipeline/guards.ts";
import { Asker } from "../gateway/review/asker.ts";
import { Holds } from "../gateway/review/holds.ts";
import { openKeyring } from "../gateway/review/keyring.ts";
import type { ReviewPolicy } from "../gateway/review/policy.ts";
import { Vault } from "../gateway/review/vault.ts";
import { Waiters } from "../gateway/review/waiters.ts";
import type { KeyRow, OutboxEvent, Store } from "../store/contract.ts";
import { openStore } from "../store/open.ts";

/** What waits and who decides, over a real store in a temporary folder, with a clock of its own. */
export type HoldWorld = {
  readonly store: Store;
  readonly vault: Vault;
  readonly waiters: Waiters;
  readonly holds: Holds;
  readonly asker: Asker;
  /** Events that were told, oldest first; each as the log would have it. */
  readonly told: OutboxEvent[];
  /** Milliseconds since 1970; tests set it. */
  clock: number;
  policy: ReviewPolicy;
  guards: readonly PolicyGuard[];
  /** Another process beside this one, on the same store. */
  readonly beside: () => Promise<{ readonly holds: Holds; readonly store: Store }>;
  readonly close: () => Promise<void>;
};

/** Where every test's time begins. */
export const HELD_AT = 1_700_000_000_000;

/** Opens one. */
export async function openHoldWorld(): Promise<HoldWorld> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-holds-"));
  const known: Pick<HoldWorld, "clock" | "policy" | "guards"> = {
    clock: HELD_AT,
    policy: { quorum: 1, twoPerson: [], editSecond: true, ttlMs: 60_000 },
    guards: [],
  };
  const now = (): number => known.clock;
  const guards = (): readonly PolicyGuard[] => known.guards;
  const open: Store[] = [];
  const told: OutboxEvent[] = [];
  const parts = async () => {
    const store = await openStore({ folder, mode: "tool", now });
    open.push(store);
    const keep = async <T>(change: () => Promise<T>): Promise<T> => {
      const result = await change();
      told.push(...(await store.outbox.take()));
      return result;
    };
    const vault = new Vault(openKeyring(join(folder, "keyring")), store.subjects);
    const waiters = new Waiters();
    const shared = { store, vault, waiters, guards, keep, now };
    const holds = new Holds({ ...shared, policy: () => known.policy });
    return { store, vault, waiters, holds, asker: new Asker(shared) };
  };
  const close = async (): Promise<void> => {
    await Promise.all(open.map((store) => store.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  return Object.assign(known, { ...(await parts()), told, beside: parts, close });
}

/** An answer that a guard holds. */
export function heldAnswer(change: Partial<HeldAnswer> = {}): HeldAnswer {
  const words = { role: "user", trust: "user", parts: [{ kind: "text", text: "hello" }] } as const;
  return {
    requestId: "req_1",
    caller: { keyId: "asker", team: "sea", roles: ["developer"], models: [], parallel: null },
    alias: "chat",
    dialect: "chat",
    side: "answer",
    turn: {
      model: "chat",
      messages: [words],
      tools: [],
      output: { kind: "text" },
      sampling: {},
      choices: 1,
      maxOutput: 16,
      stream: false,
      extra: {},
    },
    deltas: [
      { kind: "text", choice: 0, text: "mail [EMAIL_1]" },
      { kind: "finish", choice: 0, reason: "stop" },
    ],
    halt: { kind: "hold", guard: "testing/held", reason: "word" },
    edits: [],
    tallies: [],
    originals: new Map([["[EMAIL_1]", "ada@example.org"]]),
    policyDigest: "policy",
    usage: { usage: { input: 1, output: 2 }, isEstimated: false },
    hasUsage: false,
    bodyBytes: 100,
    ...change,
  };
}

/** A key of somebody who may decide. */
export function reviewerKey(id: string, change: Partial<KeyRow> = {}): KeyRow {
  return {
    id,
    hash: "00",
    name: id,
    team: "sea",
    roles: ["reviewer"],
    models: [],
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    parallel: null,
    rotatedTo: null,
    ...change,
  };
}
