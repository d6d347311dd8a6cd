import type { Observed } from "../../gateway/hot/contract.ts";
import type { RequestRow } from "../../store/contract.ts";

/** A request that was answered, and what a test changes of it. */
export function rowFor(changes: Partial<RequestRow>): RequestRow {
  return {
    id: "req_1",
    at: 1_000,
    keyId: "k_secret",
    team: "red",
    dialect: "chat",
    alias: "chat",
    upstream: "gpu",
    outcome: "answered",
    status: 200,
    inputTokens: 3,
    outputTokens: 5,
    isEstimated: false,
    nanos: 70,
    currency: "EUR",
    firstMs: 20,
    totalMs: 300,
    redactions: 1,
    auditSeq: 1,
    ...changes,
  };
}

/** What is told of it beside, and what a test changes of that. */
export function observedFor(changes: Partial<Observed>): Observed {
  return {
    requestTallies: [],
    tallies: [],
    edits: [],
    requestEdits: 0,
    halt: undefined,
    finishReasons: ["stop"],
    policyDigest: "p",
    trace: undefined,
    ...changes,
  };
}
