import { formatCount } from "./count.ts";
/** What can be wrong with foreign bytes. Closed: a new code is a change of interface. */
export type FormatErrorCode =
  | "truncated"
  | "bad-magic"
  | "bad-version"
  | "bad-field"
  | "bad-encoding"
  | "overflow"
  | "out-of-bounds"
  | "overlap"
  | "gap"
  | "duplicate"
  | "ambiguous"
  | "limit"
  | "unsupported"
  | "encrypted"
  | "checksum"
  | "io"
  | "changed";

/** Where and why, beside the code. Offsets are bytes from the start of the source. */
export type FormatErrorDetail = {
  readonly offset: number;
  /** The named limit that was reached, for code `limit`. */
  readonly limit?: { readonly name: string; readonly value: number };
};

const MARK = Symbol.for("plimsoll/FormatError");

/** A fault in foreign bytes: thrown when they are not the format at all, kept beside the value otherwise. */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly offset: number;
  readonly limit: { readonly name: string; readonly value: number } | undefined;

  constructor(code: FormatErrorCode, message: string, detail: FormatErrorDetail) {
    super(message);
    this.name = "FormatError";
    this.code = code;
    this.offset = detail.offset;
    this.limit = detail.limit;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Recognises a FormatError from any copy of this package. */
  static isInstance(value: unknown): value is FormatError {
    return typeof value === "object" && value !== null && MARK in value;
  }

  /** A named limit was reached: what lies behind it was not read. */
  static limit(name: string, value: number, offset: number): FormatError {
    return new FormatError("limit", `limit ${name} (${formatCount(value)}) reached`, {
      offset,
      limit: { name, value },
    });
  }
}
