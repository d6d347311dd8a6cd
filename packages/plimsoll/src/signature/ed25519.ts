import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";

/** Bytes of an Ed25519 key, public or private (RFC 8032, section 5.1.5). */
export const ED25519_KEY_BYTES = 32;

/** A pair of keys; `seed` is the private one and never leaves its file. */
export type Ed25519Pair = { readonly seed: Uint8Array; readonly publicKey: Uint8Array };

/** Makes a new pair. */
export function newEd25519(): Ed25519Pair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  return { seed: Buffer.from(d, "base64url"), publicKey: Buffer.from(x, "base64url") };
}

/** Signs bytes; 64 bytes come back. */
export function signEd25519({ seed, publicKey }: Ed25519Pair, message: Uint8Array): Buffer {
  return sign(null, message, privateKeyOf(seed, publicKey));
}

/** True when the signature is of this message by this key; false for anything malformed too. */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== ED25519_KEY_BYTES) return false;
  try {
    return verify(null, message, publicKeyOf(publicKey), signature);
  } catch {
    // A key that is no point of the curve verifies nothing.
    return false;
  }
}

function privateKeyOf(seed: Uint8Array, publicKey: Uint8Array): KeyObject {
  const key = { kty: "OKP", crv: "Ed25519", d: base64Url(seed), x: base64Url(publicKey) };
  return createPrivateKey({ key, format: "jwk" });
}

function publicKeyOf(publicKey: Uint8Array): KeyObject {
  const key = { kty: "OKP", crv: "Ed25519", x: base64Url(publicKey) };
  return createPublicKey({ key, format: "jwk" });
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
