import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { JSON_MAX_BYTES, JSON_MAX_DEPTH, JSON_MAX_VALUES, type JsonLimits } from "./limits.ts";
import { JsonScanner } from "./scanner.ts";
import type { JsonValue } from "./types.ts";

export type { JsonLimits } from "./limits.ts";
export type { JsonValue } from "./types.ts";

/**
 * Reads a JSON text strictly, keeping what JSON.parse hides: repeated keys, large integers, offsets.
 *
 * Offsets in faults and errors are indices into `text`. Faults: `duplicate` (the last value wins, as
 * in every loader), `bad-encoding` (byte order mark, lone surrogate), `overflow` (a number beyond a
 * double's range).
 * @throws FormatError `bad-encoding` when the text is not JSON, `truncated` when it ends early,
 * `limit` when it is too long, too deep or holds too long an integer.
 * @see RFC 8259
 */
export function parseJson(text: string, limits: Partial<JsonLimits> = {}): Parsed<JsonValue> {
  const bytes = limits.bytes ?? JSON_MAX_BYTES;
  if (text.length > bytes) throw FormatError.limit("JSON_MAX_BYTES", bytes, bytes);
  const depth = Math.min(limits.depth ?? JSON_MAX_DEPTH, JSON_MAX_DEPTH);
  const values = Math.min(limits.values ?? JSON_MAX_VALUES, JSON_MAX_VALUES);
  const reader = new JsonReader(text, depth, values);
  const value = reader.document();
  return { value, faults: reader.scanner.faults.list, complete: true, unclaimed: [] };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

/** RFC 8259 section 2: values and structure. Recursive, to a depth that the stack always holds. */
class JsonReader {
  readonly scanner: JsonScanner;
  readonly #maxDepth: number;
  readonly #maxValues: number;
  #values = 0;
  readonly #path: (string | number)[] = [];

  constructor(text: string, maxDepth: number, maxValues: number) {
    this.scanner = new JsonScanner(text);
    this.#maxDepth = maxDepth;
    this.#maxValues = maxValues;
  }

  document(): JsonValue {
    const { scanner } = this;
    if (scanner.code() === BYTE_ORDER_MARK) {
      // Section 8.1: writers must not add one, readers may ignore it.
      scanner.faults.add("bad-encoding", "text begins with a byte order mark", 0);
      scanner.at = 1;
    }
    scanner.skipSpace();
    const value = this.#value();
    scanner.skipSpace();
    if (scanner.at < scanner.text.length) throw scanner.unexpected("the end of the text");
    return value;
  }

  #value(): JsonValue {
    const { scanner } = this;
    this.#values += 1;
    if (this.#values > this.#maxValues) {
      throw FormatError.limit("JSON_MAX_VALUES", this.#maxValues, scanner.at);
    }
    switch (scanner.code()) {
      case QUOTE:
        return scanner.string();
      case BRACE_OPEN:
        return this.#object();
      case BRACKET_OPEN:
        return this.#array();
      case 0x74:
        return scanner.literal("true", true);
      case 0x66:
        return scanner.literal("false", false);
      case 0x6e:
        return scanner.literal("null", null);
      default:
        return scanner.number();
    }
  }

  /** Section 4. Names should be unique: where they are not, loaders take the last in silence. */
  #object(): JsonValue {
    const { scanner } = this;
    const members = new Map<string, JsonValue>();
    this.#enter();
    if (scanner.accept(BRACE_CLOSE)) return this.#leave(members);
    for (;;) {
      const keyAt = scanner.at;
      if (scanner.code() !== QUOTE) throw scanner.unexpected("a quoted key");
      const key = scanner.string();
      scanner.skipSpace();
      scanner.expect(COLON, '":"');
      this.#path[this.#path.length - 1] = key;
      const before = members.size;
      members.set(key, this.#value());
      if (members.size === before) {
        scanner.faults.add("duplicate", `key ${this.#where()} appears more than once`, keyAt);
      }
      scanner.skipSpace();
      if (scanner.accept(BRACE_CLOSE)) return this.#leave(members);
      scanner.expect(COMMA, '"," or "}"');
    }
  }

  /** Section 5. */
  #array(): JsonValue {
    const { scanner } = this;
    const items: JsonValue[] = [];
    this.#enter();
    if (scanner.accept(BRACKET_CLOSE)) return this.#leave(items);
    for (;;) {
      this.#path[this.#path.length - 1] = items.length;
      items.push(this.#value());
      scanner.skipSpace();
      if (scanner.accept(BRACKET_CLOSE)) return this.#leave(items);
      scanner.expect(COMMA, '"," or "]"');
    }
  }

  #enter(): void {
    const { scanner } = this;
    if (this.#path.length >= this.#maxDepth) {
      throw FormatError.limit("JSON_MAX_DEPTH", this.#maxDepth, scanner.at);
    }
    this.#path.push("");
    scanner.at += 1;
    scanner.skipSpace();
  }

  #leave<T>(container: T): T {
    this.#path.pop();
    return container;
  }

  /** The path of the current member, as a JSON pointer (RFC 6901), its parts cut to a readable length. */
  #where(): string {
    const parts = this.#path.slice(-MAX_PATH_PARTS).map((part) => {
      const text = String(part);
      const cut = text.length > MAX_PART_LENGTH ? `${text.slice(0, MAX_PART_LENGTH)}…` : text;
      return `/${cut.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    });
    return (this.#path.length > MAX_PATH_PARTS ? "…" : "") + parts.join("");
  }
}

/** A message is for people: keys of a megabyte, kept in a thousand faults, are not (CWE-770). */
const MAX_PART_LENGTH = 80;
const MAX_PATH_PARTS = 8;
