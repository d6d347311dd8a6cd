import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { dirname } from "node:path";

import { PlimsollError, reasonOf } from "../../kernel/error.ts";

/** Bytes of a key, of a nonce and of a tag (AES-256-GCM, NIST SP 800-38D). */
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals and opens what is kept of people. Its key is in a file of its own: never in the store, never in a backup of it. */
export class Keyring {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The name of a subject as the store knows it: nobody can guess back from it. */
  macOf(subject: string): string {
    return createHmac("sha256", this.#key).update("subject\0").update(subject).digest("hex");
  }

  /** A new key for a subject, wrapped under this one. */
  newSubject(): { readonly id: string; readonly wrapped: Buffer } {
    const id = `sub_${randomBytes(12).toString("base64url")}`;
    return { id, wrapped: seal(this.#key, randomBytes(KEY_BYTES), id) };
  }

  /** Seals bytes for a subject; `place` binds them to where they belong. */
  sealFor(
    subject: { readonly id: string; readonly wrapped: Uint8Array },
    place: string,
    bytes: Uint8Array,
  ): Buffer {
    return seal(this.#subjectKey(subject), bytes, place);
  }

  /** @throws RangeError when it was changed, or belongs elsewhere. */
  openFor(
    subject: { readonly id: string; readonly wrapped: Uint8Array },
    place: string,
    sealed: Uint8Array,
  ): Buffer {
    return unseal(this.#subjectKey(subject), sealed, place);
  }

  /** True when this one wrapped that key. */
  isOf({ id, wrapped }: { readonly id: string; readonly wrapped: Uint8Array }): boolean {
    try {
      return unseal(this.#key, wrapped, id).length === KEY_BYTES;
    } catch {
      // Another one did, or it was changed.
      return false;
    }
  }

  #subjectKey({ id, wrapped }: { readonly id: string; readonly wrapped: Uint8Array }): Buffer {
    const secret = unseal(this.#key, wrapped, id);
    return Buffer.from(hkdfSync("sha256", secret, "", "plimsoll bodies", KEY_BYTES));
  }
}

/**
 * Opens the keyring in a file; makes it when there is none.
 * @throws PlimsollError `environment` when others may read it, or it is none.
 */
export function openKeyring(path: string): Keyring {
  try {
    return read(path);
  } catch (cause) {
    if (PlimsollError.isInstance(cause)) throw cause;
    throw new PlimsollError("environment", `${path} cannot be read: ${reasonOf(cause)}`, {
      hint: "It is a file of its own, that only you may read and write.",
      cause,
    });
  }
}

function read(path: string): Keyring {
  if (!existsSync(path)) makeKey(path);
  const others = statSync(path).mode & 0o077;
  if (others !== 0 && process.platform !== "win32") {
    throw new PlimsollError("environment", `${path} can be read by others`, {
      hint: `Run: chmod 600 ${path}`,
    });
  }
  const text = readFileSync(path, "utf8").trim();
  // Whole, and nothing else: what reads hexadecimal stops without a word where it ends.
  if (/^[0-9a-f]{64}$/u.test(text)) return new Keyring(Buffer.from(text, "hex"));
  throw new PlimsollError("environment", `${path} holds no key`, {
    hint: "Put the file back from where you keep it: what was sealed with it cannot be opened without.",
  });
}

/** Whoever is first makes it: two that start at once must have one key. */
function makeKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(own, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flush: true });
  chmodSync(own, 0o600);
  try {
    linkSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function seal(key: Uint8Array, bytes: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Uint8Array, sealed: Uint8Array, place: string): Buffer {
  const bytes = Buffer.from(sealed);
  const end = bytes.length - TAG_BYTES;
  if (end < NONCE_BYTES) throw new RangeError("it is too short to be sealed");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(end));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
  } catch {
    throw new RangeError("it was changed, or belongs elsewhere");
  }
}
