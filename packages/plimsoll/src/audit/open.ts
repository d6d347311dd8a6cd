import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";

import { PlimsollError } from "../kernel/error.ts";
import { newEd25519 } from "../signature/ed25519.ts";
import {
  readVerifier,
  verifierText,
  type NoteSigner,
  type NoteVerifier,
} from "../signature/note.ts";
import { openCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { readLine } from "./event.ts";
import {
  hashesName,
  logFiles,
  makePrivateFolder,
  readIfThere,
  replaceSynced,
  segmentsOf,
  type LogFiles,
  type Segment,
} from "./files.ts";
import { isOther, readHashes } from "./hashes.ts";
import { linesOf } from "./lines.ts";
import { EMPTY_ROOT, Frontier, HASH_BYTES, markedHash } from "./tree.ts";

/** A log that is ready to go on. */
export type OpenedLog = {
  readonly files: LogFiles;
  readonly signer: NoteSigner;
  readonly frontier: Frontier;
  /** Events that the last checkpoint covers. */
  readonly sealed: number;
  /** Bytes of a line that was being written when power went; they were cut off. */
  readonly recovered: number;
  readonly last: Segment | undefined;
};

/**
 * Opens a log for writing: makes it when there is none, and otherwise goes on from its checkpoint.
 * @throws PlimsollError `audit-altered` when it is not as it was signed; nothing is changed then.
 */
export function openForWriting(folder: string, origin: string): OpenedLog {
  const files = logFiles(folder);
  makePrivateFolder(files.segments);
  const signer = signerOf(files, origin);
  const verifier = readVerifier(verifierText(signer));
  if (verifier === undefined) throw altered(files, "its key cannot be read");
  sealNothing(files, signer);
  const start = startOf(files, verifier);
  const segments = segmentsOf(files);
  const from = segments.findLastIndex(({ first }) => first <= start.frontier.size);
  let recovered = 0;
  let next = 0;
  let last = segments[from];
  const { frontier } = start;
  for (const [index, segment] of segments.slice(Math.max(0, from)).entries()) {
    last = segment;
    const isNext = index === 0 ? segment.first <= frontier.size : segment.first === frontier.size;
    if (!isNext) throw altered(files, "a segment is missing");
    const read = replay(segment, frontier, start.size, signer.name, files);
    recovered += read.cut;
    ({ next } = read);
  }
  if (next !== frontier.size) throw altered(files, `event ${next} is missing`);
  if (frontier.size < start.size) throw altered(files, "events are missing that were signed");
  return { files, signer, frontier, sealed: start.size, recovered, last };
}

/** Signs the empty log before its first line, so that from then on a missing checkpoint tells of a hand. */
function sealNothing(files: LogFiles, signer: NoteSigner): void {
  if (existsSync(files.checkpoint) || segmentsOf(files).length > 0) return;
  const empty = { origin: signer.name, size: 0, root: EMPTY_ROOT };
  replaceSynced(files.checkpoint, signCheckpoint(empty, signer), 0o644);
}

/** Where to begin: at the right edge that was saved with the checkpoint, or at the very beginning. */
function startOf(
  files: LogFiles,
  verifier: NoteVerifier,
): { readonly frontier: Frontier; readonly size: number } {
  const note = readIfThere(files.checkpoint);
  if (note === undefined) throw altered(files, "its checkpoint is gone");
  const checkpoint = openCheckpoint(note, verifier);
  if (checkpoint === undefined) throw altered(files, "its checkpoint is not signed by its key");
  const saved = savedFrontier(readIfThere(files.frontier));
  const isUsable = saved?.size === checkpoint.size && saved.root().equals(checkpoint.root);
  return { frontier: isUsable ? saved : new Frontier(), size: checkpoint.size };
}

function savedFrontier(text: string | undefined): Frontier | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return undefined;
    const { size, hashes }: { size?: unknown; hashes?: unknown } = value;
    if (typeof size !== "number" || !Array.isArray(hashes)) return undefined;
    return Frontier.from(
      size,
      hashes.map((hash) => Buffer.from(String(hash), "hex")),
    );
  } catch {
    // It only saves time: without it the log is read from its beginning.
    return undefined;
  }
}

/**
 * Adds the lines of a segment that the frontier does not have yet, and looks whether those it has are still the
 * ones that were written. Older segments are for `audit verify`: a start must not take minutes.
 */
function replay(
  { path, first }: Segment,
  frontier: Frontier,
  sealed: number,
  origin: string,
  files: LogFiles,
): { readonly next: number; readonly cut: number } {
  const hashes = readHashes(hashesName(path));
  const leaves: Buffer[] = [];
  const finish = (cut: number): { readonly next: number; readonly cut: number } => {
    // They are written behind their lines and not synced: what a crash left out is made again.
    const isWhole = hashes.length === leaves.length * HASH_BYTES;
    if (!isWhole) writeFileSync(hashesName(path), Buffer.concat(leaves), { mode: 0o600 });
    return { next: seq, cut };
  };
  let seq = first;
  for (const { text, marked, start, isWhole } of linesOf(path)) {
    if (!isWhole) {
      if (seq < sealed) throw altered(files, `event ${seq} is cut`);
      const cut = statSync(path).size - start;
      truncateSync(path, start);
      return finish(cut);
    }
    const event = readLine(text);
    if (event?.seq !== seq || event.log !== origin)
      throw altered(files, `event ${seq} was changed`);
    const leaf = markedHash(marked);
    leaves.push(leaf);
    if (seq >= frontier.size) frontier.append(leaf);
    else if (isOther(hashes, seq - first, leaf)) throw altered(files, `event ${seq} was changed`);
    seq += 1;
  }
  return finish(0);
}

function signerOf(files: LogFiles, origin: string): NoteSigner {
  if (existsSync(files.key)) return readSigner(files);
  if (segmentsOf(files).length > 0) throw altered(files, "its key is gone");
  const pair = newEd25519();
  const key = { name: origin, seed: hexOf(pair.seed), publicKey: hexOf(pair.publicKey) };
  replaceSynced(files.key, `${JSON.stringify(key)}\n`);
  const signer = { name: origin, pair };
  replaceSynced(files.verifier, `${verifierText(signer)}\n`, 0o644);
  return signer;
}

function readSigner(files: LogFiles): NoteSigner {
  try {
    const value: unknown = JSON.parse(readFileSync(files.key, "utf8"));
    if (typeof value === "object" && value !== null) {
      const { name, seed, publicKey }: { name?: unknown; seed?: unknown; publicKey?: unknown } =
        value;
      if (typeof name === "string" && typeof seed === "string" && typeof publicKey === "string") {
        const pair = { seed: Buffer.from(seed, "hex"), publicKey: Buffer.from(publicKey, "hex") };
        return { name, pair };
      }
    }
  } catch {
    // Told below, like a key of another form.
  }
  throw altered(files, "its key cannot be read");
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function altered({ folder }: LogFiles, reason: string): PlimsollError {
  return new PlimsollError("audit-altered", `the audit log in ${folder} cannot go on: ${reason}`, {
    hint: "Run: plimsoll audit verify. Keep this folder as it is, and start a new log in another PLIMSOLL_HOME.",
  });
}
