import { createHash } from "node:crypto";

import { strictBase64 } from "./base64.ts";
import { ED25519_KEY_BYTES, signEd25519, verifyEd25519, type Ed25519Pair } from "./ed25519.ts";

/** Type byte of an Ed25519 signature (C2SP signed-note.md, "Signature types"). */
const ED25519 = 0x01;

/** Bytes that tell keys apart. */
const KEY_ID_BYTES = 4;

/** Signatures of one note that are looked at; the format asks for 16 at least. */
const SIGNATURES_MAX = 64;

const DASH = "\u2014 ";

/** A key that notes are checked with, as one prints and pins it. */
export type NoteVerifier = {
  readonly name: string;
  readonly keyId: string;
  readonly publicKey: Uint8Array;
};

/** A key that notes are signed with. */
export type NoteSigner = { readonly name: string; readonly pair: Ed25519Pair };

/** Writes a verifier: `name+hex(id)+base64(type, key)` (C2SP signed-note.md, "Verifier keys"). */
export function verifierText({ name, pair }: NoteSigner): string {
  const typed = typedKey(pair.publicKey);
  return `${name}+${keyIdOf(name, typed)}+${typed.toString("base64")}`;
}

/** Reads a verifier; undefined when it is none, or its id is not that of its key. */
export function readVerifier(text: string): NoteVerifier | undefined {
  const [, name, id, key] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? [];
  if (name === undefined || id === undefined || key === undefined) return undefined;
  const typed = strictBase64(key);
  if (typed?.length !== ED25519_KEY_BYTES + 1 || typed[0] !== ED25519) return undefined;
  if (keyIdOf(name, typed) !== id) return undefined;
  return { name, keyId: id, publicKey: typed.subarray(1) };
}

/** Signs a text, which must end with a line feed: the note is the text, an empty line and the signature. */
export function signNote(text: string, signer: NoteSigner): string {
  const id = Buffer.from(keyIdOf(signer.name, typedKey(signer.pair.publicKey)), "hex");
  const signature = signEd25519(signer.pair, Buffer.from(text));
  return `${text}\n${DASH}${signer.name} ${Buffer.concat([id, signature]).toString("base64")}\n`;
}

/** The text of a note that this key signed; undefined when it did not, or when it is no note. */
export function openNote(note: string, verifier: NoteVerifier): string | undefined {
  const at = note.lastIndexOf("\n\n");
  if (at === -1 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) return undefined;
  const isSigned = lines.some((line) => {
    if (!line.startsWith(DASH)) return false;
    const [name, value, ...rest] = line.slice(DASH.length).split(" ");
    if (name !== verifier.name || value === undefined || rest.length > 0) return false;
    const bytes = strictBase64(value);
    if (bytes?.toString("hex", 0, KEY_ID_BYTES) !== verifier.keyId) return false;
    return verifyEd25519(verifier.publicKey, Buffer.from(text), bytes.subarray(KEY_ID_BYTES));
  });
  return isSigned ? text : undefined;
}

function typedKey(publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ED25519), publicKey]);
}

/** First bytes of SHA-256(name, line feed, typed key), hex. */
function keyIdOf(name: string, typed: Uint8Array): string {
  const hash = createHash("sha256").update(`${name}\n`).update(typed).digest();
  return hash.subarray(0, KEY_ID_BYTES).toString("hex");
}
