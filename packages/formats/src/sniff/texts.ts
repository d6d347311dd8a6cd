import { readLfsPointer } from "../lfs/pointer.ts";
import { validUtf8Length } from "../json/decode.ts";
import { isHtml } from "./html.ts";
import type { Sniffed } from "./types.ts";

/** Texts, by their first characters; `isWhole` when `head` is all of the file. */
export function sniffTexts(head: Uint8Array, isWhole: boolean): Sniffed[] {
  if (hasWideMark(head)) return [{ format: "utf-16", confidence: "likely", offset: 0 }];
  if (!isText(head, isWhole)) return [];
  const found: Sniffed[] = [];
  if (isWhole && readLfsPointer(head) !== undefined) {
    found.push({ format: "lfs-pointer", confidence: "certain", offset: 0 });
  }
  if (isHtml(head)) found.push({ format: "html", confidence: "certain", offset: 0 });
  const start = firstVisible(head);
  if (head[start] === 0x7b || head[start] === 0x5b) {
    found.push({ format: "json", confidence: "likely", offset: start });
  }
  if (head[0] === 0x23 && head[1] === 0x21) {
    found.push({ format: "script", confidence: "certain", offset: 0 });
  }
  const confidence = head.some(isControl) ? "weak" : "likely";
  return [...found, { format: "text", confidence, offset: 0 }];
}

function hasWideMark(head: Uint8Array): boolean {
  const [first, second] = head;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Valid UTF-8 without a NUL; a character of up to four bytes may be cut where the head ends. */
function isText(head: Uint8Array, isWhole: boolean): boolean {
  if (head.includes(0)) return false;
  const valid = validUtf8Length(head);
  if (valid === head.length) return true;
  return !isWhole && isCutCharacter(head.subarray(valid));
}

/** The longest and the shortest continuation tell whether bytes are the beginning of a character. */
function isCutCharacter(rest: Uint8Array): boolean {
  if (rest.length > 3) return false;
  return CONTINUATIONS.some((end) => {
    const whole = Uint8Array.of(...rest, ...end);
    return validUtf8Length(whole) === whole.length;
  });
}

/** After any cut character one of these completes it: 0x80 is too low after E0 and F0, 0xBF too high after ED and F4. */
const CONTINUATIONS: readonly (readonly number[])[] = [
  [0x80],
  [0x80, 0x80],
  [0x80, 0x80, 0x80],
  [0xbf],
  [0xbf, 0x80],
  [0xbf, 0x80, 0x80],
];

function firstVisible(head: Uint8Array): number {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  let at = mark;
  while (head[at] === 0x20 || head[at] === 0x09 || head[at] === 0x0a || head[at] === 0x0d) at += 1;
  return at;
}

/** A control character that texts do not hold: any but tab, line feed, form feed, return, escape. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && !TEXT_CONTROLS.has(byte));
}

const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
