import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** Random bytes of a key's name. */
const ID_BYTES = 6;

/** Random bytes of a key's secret: 256 bits, so that a plain SHA-256 is enough to keep it. */
const SECRET_BYTES = 32;

/** `plm_`, 8 characters of name, `_`, 43 of secret, 6 of a check sum. */
const FORM = /^plm_([\w-]{8})_([\w-]{43})([\da-f]{6})$/u;

/** A new key: what its owner gets, once, and what is kept. */
export type NewSecret = { readonly id: string; readonly text: string; readonly hash: string };

/** Makes a key. The check sum lets a scanner of secrets tell a key from what looks like one. */
export function newSecret(random: (bytes: number) => Buffer = randomBytes): NewSecret {
  // A name that began with a dash would be an option on a command line.
  const id = random(ID_BYTES).toString("base64url").replace(/^-/u, "A");
  const secret = random(SECRET_BYTES).toString("base64url");
  const text = `plm_${id}_${secret}${sumOf(id, secret)}`;
  return { id, text, hash: hashOf(text) };
}

/** The name in a key as it was presented; undefined when it is no key of ours, mistyped ones included. */
export function idOf(presented: string): string | undefined {
  const [, id, secret, sum] = FORM.exec(presented) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return sum === sumOf(id, secret) ? id : undefined;
}

/** SHA-256 of a key, hex: all that is kept of it. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares in a time that tells nothing. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}

function sumOf(id: string, secret: string): string {
  return (crc32(`${id}${secret}`) & 0xff_ff_ff).toString(16).padStart(6, "0");
}
