import { expect, test } from "vitest";

import { newEd25519, signEd25519, verifyEd25519 } from "./ed25519.ts";
import { openNote, readVerifier, signNote, verifierText } from "./note.ts";

/** The known answer of C2SP signed-note.md, "Example". */
const VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const MESSAGE = "This is an example message.\n";

const pair = newEd25519();
const signer = { name: "plimsoll.test/log", pair };
const own = readVerifier(verifierText(signer));

test("a verifier is read as it was written, and with the id of its key alone", () => {
  expect(readVerifier(VKEY)).toMatchObject({ name: "example.com/foo", keyId: "530d903a" });
  expect(readVerifier(VKEY.replace("530d903a", "530d903b"))).toBeUndefined();
  expect(readVerifier(VKEY.replace("foo", "fo"))).toBeUndefined();
  expect(own?.publicKey).toEqual(pair.publicKey);
});

test("a note is opened by its key, and not when anything of it changed", () => {
  if (own === undefined) throw new TypeError("no verifier");
  const note = signNote(MESSAGE, signer);
  expect(openNote(note, own)).toBe(MESSAGE);
  for (let at = 0; at < note.length - 1; at += 1) {
    const changed = `${note.slice(0, at)}${note[at] === "A" ? "B" : "A"}${note.slice(at + 1)}`;
    const opened = openNote(changed, own);
    // The last characters of base64 may stand for bits that are not there.
    expect(opened === undefined || (opened === MESSAGE && at >= note.length - 3)).toBe(true);
  }
  const other = readVerifier(VKEY);
  expect(other === undefined ? "none" : openNote(note, other)).toBeUndefined();
});

test("a note of somebody else's signature beside ours is opened by ours", () => {
  if (own === undefined) throw new TypeError("no verifier");
  const other = { name: "witness", pair: newEd25519() };
  const both = signNote(MESSAGE, other) + signNote(MESSAGE, signer).slice(MESSAGE.length + 1);
  expect(openNote(both, own)).toBe(MESSAGE);
});

test("a signature is of one message by one key", () => {
  const message = Buffer.from("x");
  const signature = signEd25519(pair, message);
  expect(verifyEd25519(pair.publicKey, message, signature)).toBe(true);
  expect(verifyEd25519(newEd25519().publicKey, message, signature)).toBe(false);
  expect(verifyEd25519(pair.publicKey, Buffer.from("y"), signature)).toBe(false);
  expect(verifyEd25519(pair.publicKey, message, signature.subarray(1))).toBe(false);
  expect(verifyEd25519(Buffer.alloc(5), message, signature)).toBe(false);
});
