import { PlimsollError } from "../../kernel/error.ts";
import type { JsonObject } from "../../kernel/json.ts";

/** Why the admin API does not do what it was asked, and how HTTP says so. */
export const PROBLEM_STATUS = {
  key_missing: 401,
  key_unknown: 401,
  key_expired: 401,
  not_allowed: 403,
  bad_request: 400,
  body_too_large: 413,
  media_unsupported: 415,
  route_unknown: 404,
  method_unknown: 405,
  not_found: 404,
  conflict: 409,
  audit_altered: 409,
  guard_blocked: 422,
  limit_unenforceable: 422,
  config_refused: 422,
  overloaded: 503,
  audit_unavailable: 503,
  store_unavailable: 503,
  internal: 500,
} as const satisfies Record<string, number>;

/** A code of the admin API. Closed. */
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** True for a code that this API has too. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_STATUS, code);
}

/** One thing that is wrong with a request. */
export type FieldProblem = {
  /** Where: `body.name`, `query.limit`, `path.key`. */
  readonly at: string;
  readonly message: string;
};

/** A refusal of the admin API as a value. Holds no text of anybody else's: no answer, no path, no address. */
export type Problem = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly problems?: readonly FieldProblem[];
  /** Number of the event that tells of it, where there is one. */
  readonly seq?: number;
};

/** Makes a refusal. */
export function problem(
  code: ProblemCode,
  message: string,
  detail: Omit<Problem, "code" | "message"> = {},
): Problem {
  return { code, message, ...detail };
}

/** The one shape of every error of the admin API. */
export function problemBody(
  { code, message, problems, seq }: Problem,
  request: string,
): JsonObject {
  return { error: { code, message, problems, seq, request } };
}

/** What an exception of the store or the log means for who asked; anything else is our own fault. */
export function problemOf(error: unknown): Problem {
  return PlimsollError.isInstance(error) ? (KNOWN[error.code] ?? INTERNAL) : INTERNAL;
}

const INTERNAL = problem("internal", "The gateway failed on this request.");

const KNOWN: Readonly<Record<string, Problem>> = {
  "audit-unavailable": problem(
    "audit_unavailable",
    "The audit log cannot be written now. A change may have been made, and waits to be recorded: look before you try again.",
  ),
  "store-unavailable": problem("store_unavailable", "The store cannot be used now."),
  "audit-altered": problem(
    "audit_altered",
    "The log is not as it was signed. Run: plimsoll audit verify",
  ),
  usage: problem("bad_request", "This is more than one event of the audit log can tell."),
};
