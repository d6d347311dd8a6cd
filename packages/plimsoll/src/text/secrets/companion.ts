import { isAlphanumeric } from "../ascii.ts";
import { shannonEntropy } from "../entropy.ts";

/** Characters before and after a key id within which its secret is looked for: a few lines of a file. */
const REACH = 300;
/** An AWS secret access key has 40 base64 characters. */
const LENGTH = 40;
/** Bits a character of 40 drawn base64 characters; a path or a hash has fewer. */
const ENTROPY = 4.3;

/** True when a text near a key id holds what an AWS secret access key looks like. */
export function hasCompanion(text: string, start: number, end: number): boolean {
  const from = Math.max(0, start - REACH);
  return holdsSecret(text.slice(from, start)) || holdsSecret(text.slice(end, end + REACH));
}

function holdsSecret(text: string): boolean {
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (isBase64(text.charCodeAt(at))) continue;
    if (at - from === LENGTH && shannonEntropy(text.slice(from, at)) >= ENTROPY) return true;
    from = at + 1;
  }
  return false;
}

function isBase64(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2b || code === 0x2f;
}
