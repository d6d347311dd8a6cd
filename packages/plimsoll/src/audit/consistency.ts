import { readFileSync } from "node:fs";

import { PlimsollError } from "../kernel/error.ts";
import { readVerifier, type NoteVerifier } from "../signature/note.ts";
import { openCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { hashesName, logFiles, readIfThere, segmentsOf } from "./files.ts";
import { readHashes } from "./hashes.ts";
import { consistencyProof, rangesOver } from "./proof.ts";
import { HASH_BYTES } from "./tree.ts";
import { checkpointOf } from "./verify.ts";

/** A checkpoint as it lies there, with the key that it is checked with. */
export type SignedCheckpoint = Checkpoint & {
  readonly note: string;
  /** The log's key, as one pins it. */
  readonly vkey: string;
};

/** Proof that a log which had `first` events is the beginning of the one that its checkpoint signs (RFC 6962, section 2.1.2). */
export type ConsistencyAnswer = {
  readonly first: number;
  readonly firstRoot: Buffer;
  readonly proof: readonly Buffer[];
  readonly checkpoint: SignedCheckpoint;
};

/**
 * Reads the checkpoint of a log.
 * @throws PlimsollError `audit-altered` when it is not there or its own key did not sign it.
 */
export function signedCheckpoint(folder: string): SignedCheckpoint {
  const vkey = readIfThere(logFiles(folder).verifier)?.trim() ?? "";
  const verifier = readVerifier(vkey);
  const note = checkpointOf(folder);
  const opened =
    verifier === undefined || note === undefined ? undefined : openCheckpoint(note, verifier);
  if (opened === undefined || note === undefined) throw altered("its checkpoint cannot be read");
  return { ...opened, note, vkey };
}

/**
 * The key of a log, as it lies beside it.
 * @throws PlimsollError `audit-altered` when it cannot be read.
 */
export function keyBeside(folder: string): NoteVerifier {
  const key = readVerifier(readFileSync(logFiles(folder).verifier, "utf8").trim());
  if (key === undefined) throw altered("its key cannot be read");
  return key;
}

/**
 * Proves that what a log said before still stands. Made of the hashes beside the lines, and only when they lead to
 * the root that was signed.
 * @throws PlimsollError `audit-altered`, and `usage` when it never had so many events under a checkpoint.
 */
export function proveConsistency(folder: string, first: number): ConsistencyAnswer {
  const checkpoint = signedCheckpoint(folder);
  const { size, root } = checkpoint;
  if (first < 1 || first > size) {
    throw new PlimsollError("usage", `the checkpoint covers ${size} events`, {
      hint: "Name the size of a checkpoint that you kept.",
    });
  }
  const range = rangesOver(sealedHashes(folder, size));
  if (!range(0, size).equals(root)) throw altered("its hashes do not lead to the root");
  // Copied: what crosses to another thread takes along all the memory that it is a part of.
  const proof = consistencyProof(range, first, size).map((hash) => Buffer.from(hash));
  return { first, firstRoot: Buffer.from(range(0, first)), proof, checkpoint };
}

function sealedHashes(folder: string, size: number): Buffer {
  const parts = segmentsOf(logFiles(folder)).map(({ path }) => readHashes(hashesName(path)));
  const hashes = Buffer.concat(parts).subarray(0, size * HASH_BYTES);
  if (hashes.length < size * HASH_BYTES) throw altered("hashes of it are missing");
  return hashes;
}

function altered(reason: string): PlimsollError {
  return new PlimsollError("audit-altered", `the audit log is not as it was signed: ${reason}`, {
    hint: "Run: plimsoll audit verify",
  });
}
