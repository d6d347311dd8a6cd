/** The span that a caller says its request belongs to. */
export type ParentSpan = {
  /** 32 hexadecimal digits, in lower case, not all 0. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  readonly isSampled: boolean;
};

/** Characters of a header of a later version that are looked at (CWE-770). */
const HEADER_MAX = 512;

/**
 * Reads a `traceparent` header; undefined for everything that is not one.
 * @see https://www.w3.org/TR/trace-context/ section 3.2 (read 2026-11-25)
 */
export function parentOf(header: string | undefined): ParentSpan | undefined {
  if (header === undefined || header.length > HEADER_MAX) return undefined;
  const [, version, traceId, spanId, flags, rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/u.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Version 00 has four fields, a later one may have more, and ff is none.
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/u.test(traceId) || /^0+$/u.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
