import type { Json, JsonObject } from "../kernel/json.ts";
import { canonicalJson, isCanonical } from "./canonical.ts";
import type { AuditEvent } from "./contract.ts";

/** Bytes of one line. Events tell facts, not stories; a longer one is a fault of ours (CWE-770). */
export const EVENT_MAX_BYTES = 16_384;

/** A line as it was read. */
export type ReadEvent = {
  readonly log: string;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: string;
  readonly actor: string;
  readonly request: string | undefined;
  readonly event: JsonObject;
};

/** The line of an event, without its line feed. */
export function lineOf(event: AuditEvent, log: string, seq: number, time: number): string {
  const { actor, body, kind, request, subject } = event;
  const optional = request === undefined ? {} : { request };
  const about = subject === undefined ? {} : { subject };
  // In the order that canonical JSON has, which is then quick to write.
  return canonicalJson({ actor, body, kind, log, ...optional, seq, ...about, time, v: 1 });
}

/** Reads a line; undefined when it is not one of ours, in the one spelling that ours have. */
export function readLine(line: string): ReadEvent | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    // What is no JSON is no event: the caller tells where.
    return undefined;
  }
  if (!isObject(event)) return undefined;
  const { v, log, seq, time, kind, actor, request } = event;
  if (v !== 1 || typeof log !== "string" || !isCount(seq) || !isCount(time)) return undefined;
  if (typeof kind !== "string" || typeof actor !== "string") return undefined;
  if (!isCanonical(line, event)) return undefined;
  const asked = typeof request === "string" ? request : undefined;
  return { log, seq, time, kind, actor, request: asked, event };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
