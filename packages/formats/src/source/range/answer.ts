import { FormatError } from "../../core/format-error.ts";
import { refused } from "./refused.ts";
import type { RangeResponse } from "./types.ts";

/** What was asked for: bytes from `start` up to `end`, which is outside. */
export type Asked = { readonly start: number; readonly end: number };

/** What tells one state of a file from another. */
export type FileState = {
  readonly size: number;
  readonly etag: string | undefined;
  readonly modified: string | undefined;
};

/** The part of the file that an answer holds. */
export type Answer = { readonly state: FileState; readonly length: number };

/**
 * Judges the head of an answer of status 206, against what was asked and what the file was before.
 * @throws FormatError `io` when it is not what was asked for, `changed` when the file is another one.
 */
export function judgeAnswer(
  response: RangeResponse,
  asked: Asked,
  before: FileState | undefined,
  id: string,
): Answer {
  const { headers } = response;
  checkEncoding(response, id, asked.start);
  const part = parseContentRange(headers.get("content-range"));
  if (part === undefined) {
    throw refused(id, "the server does not say which part it sends", asked.start);
  }
  const state = stateOf(response, part.size);
  checkState(state, before, id, asked.start);
  const end = Math.min(asked.end, part.size);
  if (part.start !== asked.start || part.end !== end) {
    const sent = `bytes ${part.start} to ${part.end} instead of ${asked.start} to ${end}`;
    throw refused(id, `the server sends ${sent}`, asked.start);
  }
  const length = part.end - part.start;
  const told = headers.get("content-length");
  if (told !== null && told !== String(length)) {
    throw refused(id, `the server announces ${told.slice(0, 20)} bytes of ${length}`, asked.start);
  }
  return { state, length };
}

/** @throws FormatError `io` for content that a server has encoded, or a page instead of a file. */
export function checkEncoding({ headers }: RangeResponse, id: string, offset: number): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity") {
    throw refused(id, "the server compresses it, so that offsets mean nothing", offset);
  }
  const [type = ""] = (headers.get("content-type") ?? "").split(";", 1);
  const kind = type.trim().toLowerCase();
  if (kind === "text/html" || kind === "application/xhtml+xml") {
    throw refused(id, "the server sends a web page instead: is the address right?", offset);
  }
  if (kind === "multipart/byteranges") {
    throw refused(id, "the server sends several parts at once", offset);
  }
}

/** What an answer tells of the file's state. */
export function stateOf({ headers }: RangeResponse, size: number): FileState {
  return {
    size,
    etag: headers.get("etag") ?? undefined,
    modified: headers.get("last-modified") ?? undefined,
  };
}

/** @throws FormatError `changed` when a state is not that of the first answer. */
export function checkState(
  now: FileState,
  before: FileState | undefined,
  id: string,
  offset: number,
): void {
  if (before === undefined) return;
  const isSame =
    now.size === before.size &&
    // A date says little beside a tag: mirrors of one store have dates of their own.
    (before.etag === undefined ? isSameDate(now, before) : now.etag === before.etag);
  if (!isSame) throw new FormatError("changed", `${id} changed while it was read`, { offset });
}

function isSameDate(now: FileState, before: FileState): boolean {
  return before.modified === undefined || now.modified === before.modified;
}

/** The tag to send as `If-Range`: only a strong one vouches for every byte (RFC 9110, sections 8.8.3 and 13.1.5). */
export function strongTag({ etag }: FileState): string | undefined {
  return etag?.startsWith('"') === true ? etag : undefined;
}

/** A part of a file of known size (RFC 9110, section 14.4); undefined for anything else. */
function parseContentRange(value: string | null): (Asked & { readonly size: number }) | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/iu.exec(value?.trim() ?? "");
  if (match === null) return undefined;
  const [start = 0, last = 0, size = 0] = match.slice(1).map(Number);
  return last < size && start <= last ? { start, end: last + 1, size } : undefined;
}

/** The size that an answer of status 416 tells; undefined when it does not. */
export function sizeOfUnsatisfied(value: string | null): number | undefined {
  const match = /^bytes \*\/(\d{1,15})$/iu.exec(value?.trim() ?? "");
  return match === null ? undefined : Number(match[1]);
}
