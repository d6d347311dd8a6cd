import { isAlphanumeric, isSpace } from "../ascii.ts";
import { shannonEntropy } from "../entropy.ts";
import { buildScanner } from "../scan.ts";
import type { VisitSecret } from "./hit.ts";
import type { SecretFacts } from "./schema.ts";

/** Finds private keys in PEM blocks. */
export type PrivateKeyFinder = (text: string, from: number, visit: VisitSecret) => void;

const BEGIN = "-----BEGIN ";
const LABEL = "PRIVATE KEY";
/** Characters of the words in the first line: `OPENSSH PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`. */
const MAX_LABEL = 40;
/** Base64 characters of the shortest key worth the name: an Ed25519 key has 64. */
const LEAST_BODY = 64;
/** Bits a character of a key in base64; `xxxx…` has none. */
const ENTROPY = 3.5;
/** Lines such as `Proc-Type: 4,ENCRYPTED` before the base64, and characters of one. */
const MAX_HEADERS = 4;
const MAX_HEADER_CHARACTERS = 120;

/**
 * Opens the search. A first line alone is no key: programs that read keys hold it too, so that base64 must
 * follow, in lines or with `\n` written out.
 */
export function openPrivateKeys({ id, title }: SecretFacts["privateKey"]): PrivateKeyFinder {
  const scanner = buildScanner([BEGIN]);
  return (text, from, visit) => {
    scanner.scan(from === 0 ? text : text.slice(from), (_, offset) => {
      const start = from + offset;
      const body = bodyStart(text, start + BEGIN.length);
      if (body === undefined) return;
      const first = skipHeaders(text, body);
      const end = bodyEnd(text, first);
      if (end === undefined || shannonEntropy(text.slice(first, end)) < ENTROPY) return;
      visit({ rule: id, title, start, end });
    });
  };
}

/** Where the text after `… PRIVATE KEY-----` begins. */
function bodyStart(text: string, at: number): number | undefined {
  const line = text.slice(at, at + MAX_LABEL);
  const dashes = line.indexOf("-----");
  if (dashes < 0 || !line.slice(0, dashes).includes(LABEL)) return undefined;
  return at + dashes + "-----".length;
}

function skipHeaders(text: string, body: number): number {
  let at = skipSpace(text, body);
  for (let count = 0; count < MAX_HEADERS; count += 1) {
    const line = text.slice(at, at + MAX_HEADER_CHARACTERS);
    const end = line.search(/[\r\n]|\\n/u);
    if (end < 0 || !/^[A-Za-z-]{2,30}: /u.test(line)) break;
    at = skipSpace(text, at + end);
  }
  return at;
}

/** The end of the base64, when there is enough of it. Each character of a text is walked once: `-` ends a body. */
function bodyEnd(text: string, from: number): number | undefined {
  let count = 0;
  let last = from;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isAlphanumeric(code) || code === 0x2b || code === 0x2f || code === 0x3d) {
      count += 1;
      last = at + 1;
      at += 1;
      continue;
    }
    const next = skipSpace(text, at);
    if (next === at) break;
    at = next;
  }
  return count >= LEAST_BODY ? last : undefined;
}

/** Steps over white space, line ends written as `\n`, and what joins the lines of a string in a program. */
function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    const isEscape = code === 0x5c && "nrt\\".includes(text.charAt(at + 1)) && at + 1 < text.length;
    if (isEscape) at += 2;
    else if (isSpace(code) || JOINTS.has(code)) at += 1;
    else return at;
  }
}

/** Quotation marks; a plus between two strings is base64 itself and ends nothing. */
const JOINTS = new Set([0x22, 0x27]);
