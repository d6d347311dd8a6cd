import { FormatError } from "../../core/format-error.ts";

/** A refusal of the transport; messages never show a query or a header, which may hold credentials (CWE-532). */
export function refused(id: string, why: string, offset: number = 0): FormatError {
  return new FormatError("io", `${id} cannot be read: ${why}`, { offset });
}

/**
 * The code of a failure, as `ECONNREFUSED`. Messages of a fetcher are not shown: they may hold the address
 * with its query, or a header (CWE-532).
 */
export function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; depth < 3; depth += 1) {
    if (typeof at !== "object" || at === null) return "";
    if ("code" in at && typeof at.code === "string" && /^[A-Z][A-Z0-9_]{1,39}$/u.test(at.code)) {
      return ` (${at.code})`;
    }
    at = "cause" in at ? at.cause : undefined;
  }
  return "";
}
