import { openCheckpoint } from "./checkpoint.ts";
import { readLine, type ReadEvent } from "./event.ts";
import { inclusionProof, isIncluded, rangesOver } from "./proof.ts";
import { HASH_BYTES, leafHash } from "./tree.ts";
import { checkpointOf, verifyLog } from "./verify.ts";
import { PlimsollError } from "../kernel/error.ts";
import { strictBase64 } from "../signature/base64.ts";
import type { NoteVerifier } from "../signature/note.ts";

/** First line of a proof (C2SP tlog-proof.md). */
const HEAD = "c2sp.org/tlog-proof@v1";

/** Hashes of one proof: a log of 2^53 events needs no more. */
const PROOF_MAX = 64;

/**
 * Proves one event of a log, by its request or its number: a small text that anybody can check with the log's key.
 * @throws PlimsollError `audit-altered` for a log that is not as it was signed, `usage` for no such sealed event.
 */
export function proveEvent(folder: string, key: NoteVerifier, what: string): string {
  const leaves = new Leaves();
  let index: number | undefined;
  let line = "";
  // Read once: a server that runs signs another meanwhile.
  const note = checkpointOf(folder);
  const look = (event: ReadEvent, leaf: Buffer, text: string): void => {
    leaves.add(leaf);
    const isAsked =
      event.request === what || (/^\d{1,15}$/u.test(what) && event.seq === Number(what));
    if (index === undefined && isAsked) [index, line] = [event.seq, text];
  };
  const verdict = verifyLog(folder, key, look, note);
  if (verdict.verdict !== "intact" && verdict.verdict !== "unsealed") {
    throw new PlimsollError(
      "audit-altered",
      `the log is ${verdict.verdict}: ${verdict.reason ?? ""}`,
      {
        hint: "Run: plimsoll audit verify",
      },
    );
  }
  if (index === undefined || index >= verdict.sealed) {
    throw new PlimsollError("usage", `there is no sealed event "${what}"`, {
      hint: "Name a request, such as req_…, or an event's number. The newest are sealed within a second.",
    });
  }
  const proof = inclusionProof(rangesOver(leaves.bytes), index, verdict.sealed);
  const hashes = proof.map((hash) => hash.toString("base64"));
  const extra = Buffer.from(line).toString("base64");
  return [HEAD, `extra ${extra}`, `index ${index}`, ...hashes, "", note ?? ""].join("\n");
}

/** Hashes one behind the other: as objects of their own those of a long log would not fit. */
class Leaves {
  #bytes: Buffer = Buffer.allocUnsafe(HASH_BYTES * 1_024);
  #length = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(leaf: Buffer): void {
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#length)]);
    }
    this.#length += leaf.copy(this.#bytes, this.#length);
  }
}

/** What checking a proof came to. */
export type CheckedProof =
  | {
      readonly kind: "proven";
      readonly index: number;
      readonly size: number;
      readonly event: string;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Checks a proof with the log's key alone. */
export function checkProof(text: string, key: NoteVerifier): CheckedProof {
  const at = text.indexOf("\n\n");
  const [head, extra = "", index = "", ...hashes] = text.slice(0, Math.max(0, at)).split("\n");
  if (head !== HEAD) return refused("it is no proof of this form");
  const event = /^extra ([A-Za-z0-9+/]+={0,2})$/u.exec(extra)?.[1];
  const place = /^index (0|[1-9]\d{0,15})$/u.exec(index)?.[1];
  if (event === undefined || place === undefined || hashes.length > PROOF_MAX) {
    return refused("it is cut or changed");
  }
  const checkpoint = openCheckpoint(text.slice(at + 2), key);
  if (checkpoint === undefined) return refused("its checkpoint is not signed by this key");
  const bytes = strictBase64(event);
  const line = bytes?.toString("utf8") ?? "";
  const read = readLine(line);
  if (bytes === undefined || read?.seq !== Number(place) || read.log !== key.name) {
    return refused("its event is not that of its place");
  }
  const steps = hashes.map((hash) => strictBase64(hash) ?? NO_HASH);
  const isProven = isIncluded(
    leafHash(bytes),
    BigInt(place),
    BigInt(checkpoint.size),
    steps,
    checkpoint.root,
  );
  if (!isProven) return refused("its hashes do not lead to the root that was signed");
  return { kind: "proven", index: Number(place), size: checkpoint.size, event: line };
}

/** Of no length that a hash has: a proof with it is refused. */
const NO_HASH = Buffer.alloc(0);

function refused(reason: string): CheckedProof {
  return { kind: "refused", reason };
}
