import {
  KEY_ZONES,
  type BudgetRow,
  type HoldRow,
  type KeyRole,
  type KeyRow,
  type KeyZone,
  type ListedHold,
  type RequestOutcome,
  type RequestRow,
  type VoteRow,
} from "../contract.ts";
import type { Tables } from "./schema.ts";

/** A row of `keys` as it is kept. */
export function keyValues(key: KeyRow): Tables["keys"] {
  return {
    id: key.id,
    hash: key.hash,
    name: key.name,
    team: key.team,
    roles: JSON.stringify(key.roles),
    models: JSON.stringify(key.models),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    parallel: key.parallel,
    rotated_to: key.rotatedTo,
    zones: key.zones === undefined ? null : JSON.stringify(key.zones),
  };
}

const ROLES: readonly KeyRole[] = [
  "admin",
  "operator",
  "developer",
  "reviewer",
  "auditor",
  "revealer",
];

/** A key as the program knows it. A role that is not known is left out: it can allow nothing. */
export function keyOf(row: Tables["keys"]): KeyRow {
  const roles = textsOf(row.roles);
  return {
    id: row.id,
    hash: row.hash,
    name: row.name,
    team: row.team,
    roles: ROLES.filter((role) => roles.includes(role)),
    models: textsOf(row.models),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    parallel: row.parallel,
    rotatedTo: row.rotated_to,
    ...(row.zones === null ? {} : { zones: zonesOf(row.zones) }),
  };
}

/** A zone that is not known is left out: it can allow nothing. */
function zonesOf(json: string): readonly KeyZone[] {
  const zones = textsOf(json);
  return KEY_ZONES.filter((zone) => zones.includes(zone));
}

/** Where an upstream is; null for a word that is not known. */
export function zoneOf(word: string | null): KeyZone | null {
  return KEY_ZONES.find((zone) => zone === word) ?? null;
}

export function budgetValues(budget: BudgetRow): Tables["budgets"] {
  return {
    id: budget.id,
    kind: budget.kind,
    scope: budget.scope,
    scope_id: budget.scopeId,
    unit: budget.unit,
    currency: budget.currency,
    window: budget.window,
    cap: budget.limit,
    spent: budget.spent,
    window_start: budget.windowStart,
  };
}

export function budgetOf(row: Tables["budgets"]): BudgetRow {
  return {
    id: row.id,
    kind: row.kind === "rate" ? "rate" : "budget",
    scope: row.scope === "team" ? "team" : "key",
    scopeId: row.scope_id,
    unit: oneOf(row.unit, ["requests", "tokens", "nanos"]),
    currency: row.currency,
    window: oneOf(row.window, ["minute", "day", "month", "total"]),
    limit: row.cap,
    spent: row.spent,
    windowStart: row.window_start,
  };
}

export function requestValues(request: RequestRow): Tables["requests"] {
  return {
    id: request.id,
    at: request.at,
    key_id: request.keyId,
    team: request.team,
    dialect: request.dialect,
    alias: request.alias,
    upstream: request.upstream,
    outcome: request.outcome,
    status: request.status,
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    is_estimated: Number(request.isEstimated),
    nanos: request.nanos,
    currency: request.currency,
    first_ms: request.firstMs,
    total_ms: request.totalMs,
    redactions: request.redactions,
    audit_seq: request.auditSeq,
    zone: request.zone ?? null,
  };
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

export function requestOf(row: Tables["requests"]): RequestRow {
  return {
    id: row.id,
    at: row.at,
    keyId: row.key_id,
    team: row.team,
    dialect: row.dialect,
    alias: row.alias,
    upstream: row.upstream,
    outcome: oneOf(row.outcome, OUTCOMES),
    status: row.status,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    isEstimated: row.is_estimated !== 0,
    nanos: row.nanos,
    currency: row.currency,
    firstMs: row.first_ms,
    totalMs: row.total_ms,
    redactions: row.redactions,
    auditSeq: row.audit_seq,
    ...(row.zone === null ? {} : { zone: zoneOf(row.zone) }),
  };
}

export function holdValues(hold: HoldRow): Tables["holds"] {
  return {
    id: hold.id,
    request_id: hold.requestId,
    key_id: hold.keyId,
    team: hold.team,
    alias: hold.alias,
    dialect: hold.dialect,
    created_at: hold.createdAt,
    expires_at: hold.expiresAt,
    digest: hold.digest,
    policy_digest: hold.policyDigest,
    reasons: JSON.stringify(hold.reasons),
    quorum: hold.quorum,
    sealed: hold.sealed,
    state: hold.state,
    decided_at: hold.decidedAt,
    side: hold.side,
    edit_quorum: hold.editQuorum,
    version: hold.version,
    claimed_by: hold.claimedBy,
    claimed_until: hold.claimedUntil,
    taken_at: hold.takenAt,
  };
}

export function holdOf(row: Tables["holds"]): HoldRow {
  return { ...listedHoldOf(row), sealed: row.sealed };
}

export function listedHoldOf(row: Omit<Tables["holds"], "sealed">): ListedHold {
  return {
    id: row.id,
    requestId: row.request_id,
    keyId: row.key_id,
    team: row.team,
    alias: row.alias,
    dialect: row.dialect,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    digest: row.digest,
    policyDigest: row.policy_digest,
    reasons: textsOf(row.reasons),
    quorum: row.quorum,
    state: oneOf(row.state, ["open", "released", "edited", "refused", "expired"]),
    decidedAt: row.decided_at,
    side: oneOf(row.side, ["answer", "request"]),
    editQuorum: row.edit_quorum,
    version: row.version,
    claimedBy: row.claimed_by,
    claimedUntil: row.claimed_until,
    takenAt: row.taken_at,
  };
}

export function voteOf(row: Tables["votes"]): VoteRow {
  return {
    holdId: row.hold_id,
    at: row.at,
    by: row.by,
    verdict: oneOf(row.verdict, ["release", "edit", "refuse"]),
    digest: row.digest,
    policyDigest: row.policy_digest,
    reason: row.reason,
  };
}

/** @throws RangeError for a word that the schema does not let in. */
function oneOf<T extends string>(value: string, words: readonly T[]): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new RangeError(`the store holds an unknown word: ${value}`);
  return word;
}

function textsOf(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
