import type { Json, JsonObject } from "../../kernel/json.ts";
import type { ReadEvent } from "../../audit/event.ts";
import {
  KEY_ZONES,
  type RequestOutcome,
  type RequestRow,
  type Settlement,
} from "../../store/contract.ts";

/** What the log tells of one request, beside its row: never what was said. */
export type RecordFacts = {
  readonly assurance: string;
  readonly digest: string | null;
  readonly halt: string | null;
  readonly policy: string;
  readonly received: number;
  readonly released: number;
  readonly scanned: number;
};

/** The facts of a request's event, in the order that canonical JSON has. The row can be made from it again. */
export function recordBody(
  row: RequestRow,
  settlements: readonly Settlement[],
  facts: RecordFacts,
): JsonObject {
  return {
    alias: row.alias,
    assurance: facts.assurance,
    at: row.at,
    budgets: settlements.map(({ amount, budgetId, windowStart }) => ({
      amount,
      id: budgetId,
      window: windowStart,
    })),
    currency: row.currency,
    dialect: row.dialect,
    digest: facts.digest,
    firstMs: row.firstMs,
    halt: facts.halt,
    input: row.inputTokens,
    isEstimated: row.isEstimated,
    nanos: row.nanos,
    outcome: row.outcome,
    output: row.outputTokens,
    policy: facts.policy,
    received: facts.received,
    redactions: row.redactions,
    released: facts.released,
    scanned: facts.scanned,
    status: row.status,
    team: row.team,
    totalMs: row.totalMs,
    upstream: row.upstream,
    zone: row.zone ?? null,
  };
}

/** The row and the settlements of a request, from its event; undefined for an event that is no request's. */
export function recordOf(
  event: ReadEvent,
): { readonly row: RequestRow; readonly settlements: readonly Settlement[] } | undefined {
  const body = event.event["body"];
  if (event.kind !== "request" || event.request === undefined || !isObject(body)) return undefined;
  const outcome = OUTCOMES.find((one) => one === body["outcome"]);
  if (outcome === undefined) return undefined;
  const row: RequestRow = {
    id: event.request,
    at: count(body["at"]) ?? event.time,
    keyId: event.actor.replace(/^key:/u, ""),
    team: text(body["team"]) ?? "",
    dialect: text(body["dialect"]) ?? "",
    alias: text(body["alias"]) ?? "",
    upstream: text(body["upstream"]),
    outcome,
    status: count(body["status"]) ?? 0,
    inputTokens: count(body["input"]) ?? 0,
    outputTokens: count(body["output"]) ?? 0,
    isEstimated: body["isEstimated"] === true,
    nanos: count(body["nanos"]),
    currency: text(body["currency"]),
    firstMs: count(body["firstMs"]),
    totalMs: count(body["totalMs"]) ?? 0,
    redactions: count(body["redactions"]) ?? 0,
    auditSeq: event.seq,
    zone: KEY_ZONES.find((one) => one === body["zone"]) ?? null,
  };
  const budgets = body["budgets"];
  const settlements = Array.isArray(budgets) ? budgets.flatMap(settlementOf) : [];
  return { row, settlements };
}

const OUTCOMES: readonly RequestOutcome[] = [
  "answered",
  "blocked",
  "held",
  "refused",
  "failed",
  "cut",
  "left",
];

function settlementOf(value: Json): readonly Settlement[] {
  if (!isObject(value)) return [];
  const amount = count(value["amount"]);
  const budgetId = text(value["id"]);
  const windowStart = count(value["window"]);
  if (amount === null || budgetId === null || windowStart === null) return [];
  return [{ amount, budgetId, windowStart }];
}

function count(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
