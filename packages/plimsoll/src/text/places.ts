/** Where a character of a decoded text lies in its file. */
export type TextPlace = {
  /** Line, from 1. */
  readonly line: number;
  /** Bytes from the start of the file; undefined where decoding lost the way back to them. */
  readonly offset: number | undefined;
};

/** The file a text was decoded from. */
export type EncodedFile = {
  /** Size in bytes. */
  readonly size: number;
  /** True for UTF-16, false for UTF-8. */
  readonly isWide: boolean;
};

/** Finds places in one text; ask in ascending order, so that the text is walked once. */
export type PlaceFinder = (index: number) => TextPlace;

/**
 * Opens the way from characters of a text back to bytes of its file.
 *
 * Decoding drops a byte-order mark, and puts U+FFFD for bytes that are none of the encoding, however many
 * they were. The file's size tells whether a mark was dropped; where the sizes do not fit, a place has a
 * line and no offset, since a wrong offset is worse than none.
 */
export function openPlaces(text: string, file: EncodedFile | undefined): PlaceFinder {
  let layout: Layout | undefined | "unasked" = "unasked";
  let at = 0;
  let line = 1;
  let bytes = 0;
  return (index) => {
    // Most texts are never asked: their length in bytes is worked out when the first place is wanted.
    if (layout === "unasked") layout = layoutOf(text, file);
    if (index < at) [at, line, bytes] = [0, 1, 0];
    line += countLines(text, at, index);
    if (layout !== undefined) bytes += layout.length(text, at, index);
    at = index;
    return { line, offset: layout === undefined ? undefined : layout.mark + bytes };
  };
}

/** How characters became bytes, and how many bytes come before the first. */
type Layout = {
  readonly mark: number;
  readonly length: (text: string, from: number, to: number) => number;
};

const UTF8_MARK_BYTES = 3;
const UTF16_MARK_BYTES = 2;

function layoutOf(text: string, file: EncodedFile | undefined): Layout | undefined {
  if (file === undefined || text.includes("\uFFFD")) return undefined;
  const length = file.isWide ? utf16Length : utf8Length;
  const mark = file.size - length(text, 0, text.length);
  const isMark = mark === 0 || mark === (file.isWide ? UTF16_MARK_BYTES : UTF8_MARK_BYTES);
  return isMark ? { mark, length } : undefined;
}

function utf16Length(_text: string, from: number, to: number): number {
  return 2 * (to - from);
}

function utf8Length(text: string, from: number, to: number): number {
  return Buffer.byteLength(text.slice(from, to), "utf8");
}

/** Line ends from one index to another: `\n`, and `\r` that no `\n` follows. */
function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x0a) count += 1;
    else if (code === 0x0d && text.charCodeAt(index + 1) !== 0x0a) count += 1;
  }
  return count;
}
