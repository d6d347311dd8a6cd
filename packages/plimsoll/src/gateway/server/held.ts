import { reasonOf } from "../../kernel/error.ts";
import type { Caller } from "../keys/contract.ts";
import type { HotRequest } from "../hot/contract.ts";
import type { Reservation } from "../limits/contract.ts";
import type { RefusalAnswer } from "../dialects/contract.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { asksFor, type Asked } from "./asks.ts";
import type { DoorPorts, HeldState, ReleasedAnswer, ReleasedRequest, Serving } from "./contract.ts";
import { routeFor } from "./door.ts";

/** Somebody asks what became of what waits for a person. */
export type HeldVisit = {
  readonly ticket: string;
  /** The request that asks. */
  readonly id: string;
  readonly caller: Caller;
  /** `traceparent` as the client sent it: foreign text. */
  readonly trace: string | undefined;
  /** False where nobody takes the answer: nothing is sent to an engine then. */
  readonly wantsBody: boolean;
};

/** What they get. */
export type HeldAnswered =
  | { readonly kind: "answered"; readonly answer: RefusalAnswer }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** A person let a request go: it goes to an engine now, once. */
  | {
      readonly kind: "turn";
      readonly request: HotRequest;
      readonly asked: Asked;
      readonly reservation: Reservation;
    };

/** Answers what became of a held answer or request, to the key that asked for it. */
export async function answerHeld(
  visit: HeldVisit,
  serving: Serving,
  ports: DoorPorts,
): Promise<HeldAnswered> {
  const held = await stateOf(visit, ports);
  if (held === "failed") return refused(NO_STORE);
  if (held === undefined) {
    return refused(refuse("route_unknown", "There is none of this name for this key."));
  }
  switch (held.kind) {
    case "open":
      return told(202, held);
    case "refused":
    case "expired":
    case "sent":
      return told(410, held);
    case "answer":
      return { kind: "answered", answer: written(held, ports) };
    case "request":
      return visit.wantsBody ? sent(held, visit, serving, ports) : told(200, held);
  }
}

/** What became of it, with the events that say so on the disk. */
async function stateOf(
  { ticket, id, caller }: HeldVisit,
  { held, log }: DoorPorts,
): Promise<HeldState | "failed" | undefined> {
  try {
    return await held(ticket, caller.keyId);
  } catch (error) {
    log("error", "not-known", { request: id, reason: reasonOf(error) });
    return "failed";
  }
}

/** What is told of one that has no answer: `state` as people read it. */
function told(status: number, held: Exclude<HeldState, ReleasedAnswer>): HeldAnswered {
  const state = held.kind === "request" ? "released" : held.kind;
  const until = held.kind === "open" ? new Date(held.expiresAt).toISOString() : undefined;
  const body = JSON.stringify({ state, ...(until === undefined ? {} : { until }) });
  return {
    kind: "answered",
    answer: { status, headers: headersOf(state, "application/json"), body },
  };
}

/** The answer in the dialect that it was asked for in, whole: who fetches it later reads no stream. */
function written(held: ReleasedAnswer, { dialects }: DoorPorts): RefusalAnswer {
  const { state, requestId, turn, deltas, usage, hasUsage, createdAt } = held;
  const encoder = dialects[held.dialect].encoder(
    { ...turn, stream: false },
    {
      requestId,
      model: turn.model,
      created: Math.floor(createdAt / 1_000),
      receipt: `/v1/plimsoll/receipts/${requestId}`,
      hasUsage,
    },
  );
  const begin = encoder.begin();
  const pieces = deltas.map((delta) => encoder.delta(delta)).join("");
  const body = begin + pieces + encoder.end({ kind: "whole", usage: usage.usage });
  return { status: 200, headers: headersOf(state, encoder.contentType), body };
}

/** Takes a released request, so that it is sent once; its limits are those of now. */
async function sent(
  held: ReleasedRequest,
  { ticket, id, caller, trace }: HeldVisit,
  serving: Serving,
  ports: DoorPorts,
): Promise<HeldAnswered> {
  const shed = ports.shed();
  if (shed !== undefined) return refused(shed);
  const { scanned, hasUsage, bodyBytes } = held;
  const turn = { ...scanned.turn, stream: false };
  const found = routeFor(turn.model, caller, serving);
  if (found.kind === "refused") return found;
  const { route } = found;
  const asked = asksFor(turn, bodyBytes, turn.maxOutput ?? route.maxOutput);
  const price = route.upstreams.find((one) => one.price !== undefined)?.price;
  const now = ports.now();
  const reserved = ports.limits.reserve({ caller, alias: route.alias, ...asked, price, now });
  if (reserved.kind === "refused") return reserved;
  const { reservation } = reserved;
  const taken = await take(ports, ticket, id);
  if (taken !== "taken") {
    ports.limits.release(reservation);
    return taken === "gone" ? told(410, { kind: "sent" }) : refused(NO_STORE);
  }
  const dialect = ports.dialects[held.dialect];
  const named = { id, caller, dialect, turn, hasUsage, dropped: [], route, bodyBytes, trace };
  const released = { ticket, scanned: { ...scanned, turn } };
  const request: HotRequest = { ...named, startedAt: now, released };
  return { kind: "turn", request, asked, reservation };
}

/** Takes it, once. A fault of the store is nobody's leave. */
async function take(
  { takeHeld, log }: DoorPorts,
  ticket: string,
  id: string,
): Promise<"taken" | "gone" | "failed"> {
  try {
    return (await takeHeld(ticket, id)) ? "taken" : "gone";
  } catch (error) {
    log("error", "not-taken", { request: id, reason: reasonOf(error) });
    return "failed";
  }
}

const NO_STORE = refuse("store_unavailable", "It cannot be told now.", { retryAfterMs: 5_000 });

function headersOf(state: string, type: string): Readonly<Record<string, string>> {
  return { "content-type": type, "cache-control": "no-store", "x-plimsoll-held-state": state };
}

function refused(refusal: Refusal): HeldAnswered {
  return { kind: "refused", refusal };
}
