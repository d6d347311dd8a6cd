/** What can go wrong in front of a person. Closed; the exit code follows from it. */
export type PlimsollErrorCode =
  | "usage"
  | "reference-not-found"
  | "reference-unsupported"
  | "setting-invalid"
  | "lock-invalid"
  | "knowledge-invalid"
  | "home-unwritable"
  | "node-too-old"
  | "environment"
  | "store-in-use"
  | "store-newer"
  | "store-unavailable"
  | "audit-altered"
  | "audit-unavailable"
  | "refused"
  | "interrupted"
  | "internal";

/** The exit code of each error: 2 usage, 3 environment, 4 refused by policy, 130 interrupted. */
export const EXIT_OF_ERROR = {
  usage: 2,
  "reference-not-found": 2,
  "reference-unsupported": 2,
  "setting-invalid": 2,
  "lock-invalid": 2,
  "knowledge-invalid": 3,
  "home-unwritable": 3,
  "node-too-old": 3,
  environment: 3,
  "store-in-use": 3,
  "store-newer": 3,
  "store-unavailable": 3,
  "audit-altered": 1,
  "audit-unavailable": 3,
  refused: 4,
  interrupted: 130,
  internal: 3,
} as const satisfies Record<PlimsollErrorCode, number>;

const MARK = Symbol.for("plimsoll/PlimsollError");

/** An error that a person sees: what happened, and what to do next. */
export class PlimsollError extends Error {
  readonly code: PlimsollErrorCode;
  /** One sentence: what to do next. */
  readonly hint: string;
  /** Page under docs/ that says more. */
  readonly docs: string | undefined;

  constructor(
    code: PlimsollErrorCode,
    message: string,
    detail: {
      readonly hint: string;
      readonly docs?: string | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "PlimsollError";
    this.code = code;
    this.hint = detail.hint;
    this.docs = detail.docs;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Recognises a PlimsollError from any copy of this package. */
  static isInstance(value: unknown): value is PlimsollError {
    return typeof value === "object" && value !== null && MARK in value;
  }
}

/** The sentence of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
