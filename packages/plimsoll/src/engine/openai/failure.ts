import type { EngineFailure, EngineFailureCode } from "../contract.ts";

/** Bytes of an error's body that are looked at. */
export const ERROR_BODY_MAX = 65_536;

/** Milliseconds that an upstream may ask us to wait; longer ones are cut, as no client waits so long. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Words by which servers say that a prompt does not fit (llama-server `exceed_context_size_error`, vLLM and
 * OpenAI "maximum context length", read 2026-11-25).
 */
const CONTEXT_WORDS =
  /context_length_exceeded|exceed_context_size|maximum context length|context (?:size|window|length)/iu;

/** What an answer with an error status means. `body` is its beginning; it is looked at and never told on. */
export function failureOfStatus(
  status: number,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
): EngineFailure {
  const retryAfterMs = retryAfterOf(headers);
  const code = codeOf(status, body);
  return {
    code,
    message: `the server answered ${status}`,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function codeOf(status: number, body: string): EngineFailureCode {
  if (status === 429 || status === 503) return "overloaded";
  if (status === 408 || status === 504) return "timeout";
  if (status >= 500) return "failed";
  if (status === 401 || status === 403 || status === 407) return "unauthorised";
  if (CONTEXT_WORDS.test(body)) return "context-exceeded";
  if (status === 404) return "model-unknown";
  // A redirect is not followed: an address that an answer names is nobody's configuration.
  return status >= 400 ? "rejected" : "malformed";
}

function retryAfterOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): number | undefined {
  const ms = Number(first(headers["retry-after-ms"]));
  if (Number.isFinite(ms) && ms >= 0) return Math.min(ms, RETRY_AFTER_MAX_MS);
  const after = first(headers["retry-after"]);
  if (after === undefined) return undefined;
  // A date counts from when the server says that it is now: its clock need not be ours.
  const sent = Date.parse(first(headers["date"]) ?? "");
  const wait = /^\d+$/u.test(after) ? Number(after) * 1_000 : Date.parse(after) - sent;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), RETRY_AFTER_MAX_MS) : undefined;
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

/** What an error of the connection means. */
export function failureOfError(error: unknown, hasBegun: boolean): EngineFailure {
  const name = nameOf(error);
  const code: EngineFailureCode = hasBegun ? "cut" : isTimeout(name) ? "timeout" : "unreachable";
  return { code, message: `the connection failed: ${name}` };
}

function isTimeout(name: string): boolean {
  return name.endsWith("TIMEOUT") || name.endsWith("TIMEDOUT");
}

/** The error's own code, which names no address. */
function nameOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error) return String(error.code);
  return error instanceof Error ? error.name : "unknown";
}
