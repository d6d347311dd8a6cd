import { FormatError } from "@plimsoll/formats";

import type { Json } from "../../kernel/json.ts";

/** Items shown of one list: a vocabulary has 256,000, and the first tell what it is. */
export const EVIDENCE_MAX_ITEMS = 1_000;

/** Characters shown of one text: templates are whole, books are not. */
export const EVIDENCE_MAX_CHARS = 65_536;

/** Levels shown: a pickle's values can be a million deep (CWE-674). */
export const EVIDENCE_MAX_DEPTH = 24;

/** Values shown of one kind of evidence: shared ones could multiply without end (CWE-776). */
export const EVIDENCE_MAX_VALUES = 200_000;

/** Bytes shown of a run of bytes. */
const SHOWN_BYTES = 32;

/**
 * Evidence as JSON for a reader: whole where it is short, and saying `omitted` with a count where it is not.
 *
 * Bytes become their length and their beginning, big integers their digits, a file of the snapshot its
 * path, a fault its code. What holds itself is omitted where it comes again.
 */
export function plainEvidence(value: unknown): Json {
  return new Plain().of(value, []) ?? null;
}

class Plain {
  #left = EVIDENCE_MAX_VALUES;

  /** The value as JSON; undefined for what has no words, such as a function. */
  of(value: unknown, above: readonly object[]): Json | undefined {
    if (this.#left <= 0) return { omitted: "more values than EVIDENCE_MAX_VALUES" };
    this.#left -= 1;
    if (typeof value === "string") return shortText(value);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "bigint") return String(value);
    if (typeof value === "boolean" || value === null) return value;
    return typeof value === "object" ? this.#object(value, above) : undefined;
  }

  #object(value: object, above: readonly object[]): Json {
    if (value instanceof Uint8Array) return shortBytes(value);
    if (value instanceof Date) return value.toISOString();
    if (FormatError.isInstance(value)) return faultOf(value);
    if ("path" in value && "location" in value && typeof value.path === "string") return value.path;
    if (above.includes(value)) return { omitted: "it holds itself" };
    if (above.length >= EVIDENCE_MAX_DEPTH) return { omitted: "deeper than EVIDENCE_MAX_DEPTH" };
    const inside = [...above, value];
    if (value instanceof Map) return this.#entries(value.entries(), value.size, inside);
    if (isIterable(value)) return this.#items(value, inside);
    const entries = Object.entries(value);
    return this.#entries(entries, entries.length, inside);
  }

  #items(value: Iterable<unknown>, above: readonly object[]): Json {
    const items: Json[] = [];
    let count = 0;
    for (const item of value) {
      count += 1;
      if (count <= EVIDENCE_MAX_ITEMS) items.push(this.of(item, above) ?? null);
      else if (sizeOf(value) !== undefined) break;
    }
    const size = sizeOf(value) ?? count;
    return size > EVIDENCE_MAX_ITEMS ? [...items, { omitted: size - EVIDENCE_MAX_ITEMS }] : items;
  }

  #entries(entries: Iterable<[unknown, unknown]>, size: number, above: readonly object[]): Json {
    const members: [string, Json][] = [];
    for (const [key, item] of entries) {
      if (members.length >= EVIDENCE_MAX_ITEMS) {
        members.push(["omitted", size - EVIDENCE_MAX_ITEMS]);
        break;
      }
      const plain = this.of(item, above);
      if (plain !== undefined) members.push([shortText(String(key)), plain]);
    }
    return Object.fromEntries(members);
  }
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** Number of items where a list knows it, so that a long one need not be walked to be counted. */
function sizeOf(value: object): number | undefined {
  if ("length" in value && typeof value.length === "number") return value.length;
  return "size" in value && typeof value.size === "number" ? value.size : undefined;
}

function shortText(text: string): string {
  if (text.length <= EVIDENCE_MAX_CHARS) return text;
  const omitted = text.length - EVIDENCE_MAX_CHARS;
  return `${text.slice(0, EVIDENCE_MAX_CHARS)}… (${omitted} characters omitted)`;
}

function shortBytes(bytes: Uint8Array): Json {
  return {
    bytes: bytes.length,
    begins: Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString("hex"),
  };
}

function faultOf({ code, message, offset, limit }: FormatError): Json {
  return { code, message, offset, ...(limit === undefined ? {} : { limit: { ...limit } }) };
}
