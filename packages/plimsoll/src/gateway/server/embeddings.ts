import type { IncomingHttpHeaders, ServerResponse } from "node:http";

import type { EmbeddingTurn, Turn } from "../../engine/turn.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { ENDING, mayHaveWorked, refusalOf, reportOf, type Snapshot } from "../hot/contract.ts";
import { answerHeaders } from "../hot/headers.ts";
import { Settling } from "../hot/settling.ts";
import type { Caller } from "../keys/contract.ts";
import { zonesOf } from "../keys/zones.ts";
import type { Reservation } from "../limits/contract.ts";
import { dearestOf } from "../routing/dearest.ts";
import { scanRequest } from "../pipeline/request.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Route } from "../routing/contract.ts";
import { asksForVectors } from "./asks.ts";
import type { DoorPorts, Serving } from "./contract.ts";
import { routeFor } from "./door.ts";
import { traceOf } from "./trace.ts";

/** A request for vectors that was authenticated and read. */
export type VectorVisit = {
  readonly id: string;
  readonly caller: Caller;
  readonly body: { readonly value: JsonObject; readonly bytes: number };
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
};

/** Vectors, or why not. */
export type VectorAnswer =
  | {
      readonly kind: "answered";
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Serves embeddings: what goes in is scanned; a vector cannot be, and the receipt says that no channel of it was. */
export async function serveEmbeddings(
  visit: VectorVisit,
  serving: Serving,
  ports: DoorPorts,
): Promise<VectorAnswer> {
  const dialect = ports.dialects.embeddings;
  const decoded = dialect.decode(visit.body.value, visit.headers, serving.decode);
  if (decoded.kind === "refused") return decoded;
  const found = routeFor(decoded.turn.model, visit.caller, serving);
  if (found.kind === "refused") return found;
  const { route } = found;
  const full = ports.full();
  if (full !== undefined) return { kind: "refused", refusal: full };
  const now = ports.now();
  const reserved = ports.limits.reserve({
    caller: visit.caller,
    alias: route.alias,
    ...asksForVectors(decoded.turn, visit.body.bytes),
    price: dearestOf(route, visit.caller),
    now,
  });
  if (reserved.kind === "refused") return reserved;
  try {
    return await answered(
      visit,
      { turn: decoded.turn, dropped: decoded.dropped, route, now },
      reserved.reservation,
      serving.snapshot,
      ports,
    );
  } catch (error) {
    // Our own fault must not keep from the key for ever what was set aside; what is settled by now stays so.
    ports.limits.release(reserved.reservation);
    throw error;
  }
}

type Wanted = {
  readonly turn: EmbeddingTurn;
  readonly dropped: readonly string[];
  readonly route: Route;
  readonly now: number;
};

async function answered(
  visit: VectorVisit,
  { turn: asked, dropped, route, now }: Wanted,
  reservation: Reservation,
  snapshot: Snapshot,
  ports: DoorPorts,
): Promise<VectorAnswer> {
  const dialect = ports.dialects.embeddings;
  const named = { id: visit.id, caller: visit.caller, dialect, route, startedAt: now };
  const settling = new Settling(
    { ...named, dropped, trace: traceOf(visit.headers) },
    reservation,
    snapshot,
    ports,
  );
  // From now on: who leaves while the request is scanned has left as well.
  const left = leaving(visit.response, ports.turns);
  const scanned = await scanRequest(textsOf(asked), snapshot.guards);
  settling.sawRequest(scanned);
  const end = { tallies: [], edits: scanned.edits, finishReasons: [] };
  const nothing = { usage: { input: 0, output: 0 }, isEstimated: false };
  if (scanned.kind === "halted") {
    settling.halt = scanned.halt;
    await settling.close({ ...end, outcome: "blocked", status: 400, usage: nothing });
    return { kind: "refused", refusal: BLOCKED };
  }
  if (left.signal.aborted) {
    await settling.close({ ...end, outcome: "left", status: 499, usage: nothing });
    return { kind: "refused", refusal: refuse("overloaded", "The client left.") };
  }
  const turn = { ...asked, inputs: inputsOf(scanned.turn) };
  const attempt = snapshot.router.next(route, new Set(), {
    key: visit.caller.keyId,
    // Vectors of another model fit nothing that is kept of this one: they never leave.
    mayLeave: false,
    now,
    zones: zonesOf(visit.caller),
  });
  if (attempt === undefined) {
    await settling.close({ ...end, outcome: "failed", status: 503, usage: nothing });
    const retryAfterMs = Math.max(1_000, snapshot.router.waitMs(route));
    const refusal = refuse("overloaded", "No server for this model is ready.", { retryAfterMs });
    return { kind: "refused", refusal };
  }
  settling.upstream = attempt.upstream;
  const { engine, model } = attempt.upstream;
  const estimate = asksForVectors(turn, visit.body.bytes).inputEstimate;
  const answer = await engine.embed({ ...turn, model }, route.limits, left.signal);
  if (answer.kind === "failed") {
    const { failure } = answer;
    const isCut = left.signal.aborted && left.signal.reason === ENDING;
    const isLeft = failure.code === "aborted" && !isCut;
    attempt.report(reportOf(failure), failure.retryAfterMs);
    if (failure.code !== "aborted") ports.upstreamFailed(attempt.upstream.name, failure.code);
    const outcome = isLeft ? "left" : "failed";
    const seen = { usage: { input: estimate, output: 0 }, isEstimated: true };
    const usage = mayHaveWorked(failure) ? seen : nothing;
    const status = isLeft ? 499 : isCut ? 503 : 502;
    await settling.close({ ...end, outcome, status, usage });
    return { kind: "refused", refusal: isCut ? ENDING : refusalOf(failure) };
  }
  attempt.report("answered");
  const told = answer.result.inputTokens;
  const usage = { usage: { input: told ?? estimate, output: 0 }, isEstimated: told === undefined };
  const isKept = await settling.close({ ...end, outcome: "answered", status: 200, usage });
  if (!isKept) {
    return { kind: "refused", refusal: refuse("audit_unavailable", "This cannot be recorded.") };
  }
  const headers = answerHeaders(named, snapshot, scanned.edits, undefined);
  return {
    kind: "answered",
    headers: { ...headers, "content-type": "application/json" },
    body: dialect.encode(asked, answer.result),
  };
}

/** Ends what is asked of an engine when the client leaves, or the server ends. */
function leaving(response: ServerResponse, turns: DoorPorts["turns"]): AbortController {
  const left = new AbortController();
  const running = {
    cut: () => {
      left.abort(ENDING);
    },
  };
  // Who has left already tells nobody again.
  if (response.destroyed) {
    left.abort();
    return left;
  }
  turns.add(running);
  response.once("close", () => {
    left.abort();
    turns.delete(running);
  });
  return left;
}

const BLOCKED = refuse("guard_blocked", "The request holds what the policy does not let through.");

/** The inputs as a turn, so that they pass the same guards as any text. */
function textsOf({ model, inputs, extra }: EmbeddingTurn): Turn {
  return {
    model,
    messages: inputs.map((text) => ({
      role: "user",
      trust: "user",
      parts: [{ kind: "text", text }],
    })),
    tools: [],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream: false,
    extra,
  };
}

function inputsOf({ messages }: Turn): readonly string[] {
  return messages.map(({ parts }) =>
    parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
  );
}
