/** Levels of arrays and objects in a body. Deeper ones are made to overflow a stack somewhere behind us (CWE-674). */
export const JSON_MAX_DEPTH = 64;

/** What is wrong with a JSON text that a parser would take silently. */
export type JsonOddity =
  | { readonly kind: "duplicate"; readonly key: string }
  | { readonly kind: "deep" };

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Keys up to which a list is searched faster than a set is made. */
const FEW_KEYS = 16;

/**
 * Looks for keys that stand twice in one object, and for nesting beyond the limit.
 *
 * `JSON.parse` keeps the last of two equal keys and other parsers the first: guards would read one `messages`
 * and the engine another. Keys are compared as they are after unescaping. It does not check the rest of the
 * grammar: that is for `JSON.parse`, afterwards.
 */
export function findOddity(text: string): JsonOddity | undefined {
  /** Keys of the objects around, and undefined for a list. */
  const levels: (Keys | undefined)[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at + 1);
        if (isKeyNext) {
          const key = keyOf(text, at, end);
          if (levels.at(-1)?.has(key) === true) return { kind: "duplicate", key };
          levels.at(-1)?.add(key);
          isKeyNext = false;
        }
        at = end;
        break;
      }
      case COMMA:
        isKeyNext = levels.at(-1) !== undefined;
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (levels.length === JSON_MAX_DEPTH) return { kind: "deep" };
        isKeyNext = text.charCodeAt(at) === OPEN_OBJECT;
        levels.push(isKeyNext ? new Keys() : undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        levels.pop();
        isKeyNext = false;
        break;
      default:
    }
  }
  return undefined;
}

/** The keys of one object. */
class Keys {
  #few: string[] = [];
  #many: Set<string> | undefined;

  has(key: string): boolean {
    return this.#many === undefined ? this.#few.includes(key) : this.#many.has(key);
  }

  add(key: string): void {
    if (this.#many !== undefined) this.#many.add(key);
    else if (this.#few.push(key) > FEW_KEYS) this.#many = new Set(this.#few);
  }
}

/** Where a string ends that begins before `from`: at its quote, or at the end of a text that breaks off. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH && at - 1 - slashes >= from)
      slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function keyOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes("\\")) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    // A broken escape: the parser afterwards refuses the whole.
    return raw;
  }
}
