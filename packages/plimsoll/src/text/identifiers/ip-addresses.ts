import { isDigit, isWord } from "../ascii.ts";
import type { Visit } from "./found.ts";

/**
 * Finds Internet addresses that some line or machine on the public net has: what is private, reserved, local or
 * for examples in documents names nobody.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry, recalled 2026-11-25
 */
export function findAddresses(
  text: string,
  visit: Visit,
  /** Where to begin: what goes before is only looked at. */
  from = 0,
): void {
  let at = from;
  while (at < text.length) {
    const end = runEnd(text, at);
    if (end === at) {
      at += 1;
      continue;
    }
    const value = addressIn(text.slice(at, end));
    const last = at + value.length;
    if (!isWord(text.charCodeAt(at - 1)) && !isWord(text.charCodeAt(end))) {
      const isPublic = value.includes(":") ? isPublic6(value) : isPublic4(value, text, at);
      if (isPublic) visit({ start: at, end: last, value: value.toLowerCase() });
    }
    at = end;
  }
}

/** Characters of the longest address (RFC 4291, 2.2). */
const MAX_CHARACTERS = 45;

function runEnd(text: string, from: number): number {
  let end = from;
  while (isHex(text.charCodeAt(end)) || text.charAt(end) === ":" || text.charAt(end) === ".") {
    end += 1;
  }
  return end;
}

function isHex(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

/** A run without the port of an address and without the signs that end a sentence. */
function addressIn(run: string): string {
  const port = run.indexOf(":");
  const bare = run.includes(".") && port > run.indexOf(".") ? run.slice(0, port) : run;
  let { length } = bare;
  while (length > 0 && bare.charAt(length - 1) === ".") length -= 1;
  if (/[^:]:$/u.test(bare.slice(0, length))) length -= 1;
  return bare.slice(0, length);
}

/** First and last of the blocks that are not public, as numbers. */
const NOT_PUBLIC: readonly (readonly [number, number])[] = (
  [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const
).map(([first, bits]) => [numberOf(first), numberOf(first) + 2 ** (32 - bits) - 1]);

/** How far before four numbers the word stands that makes them no address. */
const WORD_CHARACTERS = 12;
const NO_ADDRESS = ["version", "release", "section", "rfc", "§"];

function isPublic4(value: string, text: string, at: number): boolean {
  const parts = value.split(".");
  if (parts.length !== 4 || !parts.every(isOctet)) return false;
  // Of one digit each they are sections of standards, or resolvers that everybody asks.
  if (parts.every((part) => part.length === 1)) return false;
  const before = text.slice(Math.max(0, at - WORD_CHARACTERS), at).toLowerCase();
  if (NO_ADDRESS.some((word) => before.includes(word))) return false;
  const number = numberOf(value);
  return !NOT_PUBLIC.some(([first, last]) => number >= first && number <= last);
}

function isOctet(part: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/u.test(part) && Number(part) <= 255;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Groups of an address, and the fewest of one that is shortened: less is a time or a name in a program. */
const GROUPS = 8;
const LEAST_GROUPS = 3;

function isPublic6(value: string): boolean {
  if (value.length > MAX_CHARACTERS || value.includes(".")) return false;
  const halves = value.split("::");
  const groups = value.split(":").filter((group) => group !== "");
  if (halves.length > 2 || !groups.every((group) => /^[0-9A-Fa-f]{1,4}$/u.test(group)))
    return false;
  if (/^:[^:]|[^:]:$/u.test(value)) return false;
  const first = Number.parseInt(groups[0] ?? "0", 16);
  const second = Number.parseInt(groups[1] ?? "0", 16);
  const isExample = first === 0x2001 && second === 0x0db8;
  if (halves.length === 1) return groups.length === GROUPS && !isExample && !isLocal6(first);
  const isGlobal = first >= 0x2000 && first <= 0x3fff && !value.startsWith("::");
  return groups.length >= LEAST_GROUPS && groups.length < GROUPS && isGlobal && !isExample;
}

/** Nothing, the machine itself, the link, the site and groups of machines (RFC 4291, RFC 4193). */
function isLocal6(first: number): boolean {
  return first === 0 || first >= 0xfc00;
}
