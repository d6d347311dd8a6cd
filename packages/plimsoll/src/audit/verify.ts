import type { NoteVerifier } from "../signature/note.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { readLine, type ReadEvent } from "./event.ts";
import { hashesName, logFiles, readIfThere, segmentsOf } from "./files.ts";
import { isOther, readHashes } from "./hashes.ts";
import { linesOf } from "./lines.ts";
import { Frontier, markedHash } from "./tree.ts";

/** What checking a log came to. */
export type LogVerdict = {
  readonly verdict:
    /** Every line is as it was signed, and nothing follows. */
    | "intact"
    /** As it was signed, and lines follow that no checkpoint covers yet. */
    | "unsealed"
    | "altered"
    | "truncated"
    /** There is no checkpoint by this key. */
    | "unsigned";
  readonly events: number;
  /** Events that the checkpoint covers. */
  readonly sealed: number;
  /** Root of the checkpoint, hex; null when there is none. */
  readonly root: string | null;
  /** The first event that is not as it was. */
  readonly at: number | null;
  readonly reason: string | null;
};

/** The signed checkpoint of a log as it lies there; undefined when there is none. */
export function checkpointOf(folder: string): string | undefined {
  return readIfThere(logFiles(folder).checkpoint);
}

/** Checks a log from its files and one key alone: no server, no database (RFC 6962; C2SP tlog-checkpoint.md). */
export function verifyLog(
  folder: string,
  verifier: NoteVerifier,
  onEvent: (event: ReadEvent, leaf: Buffer, line: string) => void = () => {},
  note: string | undefined = checkpointOf(folder),
): LogVerdict {
  const files = logFiles(folder);
  const checkpoint = note === undefined ? undefined : openCheckpoint(note, verifier);
  const told = { sealed: checkpoint?.size ?? 0, root: checkpoint?.root.toString("hex") ?? null };
  const frontier = new Frontier();
  const fail = (verdict: LogVerdict["verdict"], reason: string): LogVerdict => ({
    verdict,
    ...told,
    events: frontier.size,
    at: frontier.size,
    reason,
  });
  if (checkpoint === undefined) {
    return fail(
      "unsigned",
      note === undefined ? "there is no checkpoint" : "no checkpoint by this key",
    );
  }
  for (const { path, first } of segmentsOf(files)) {
    const hashes = readHashes(hashesName(path));
    if (first !== frontier.size) {
      return fail(first > frontier.size ? "truncated" : "altered", "a segment begins elsewhere");
    }
    for (const { text, marked, isWhole } of linesOf(path)) {
      const isSealed = frontier.size < checkpoint.size;
      if (!isWhole && !isSealed) break;
      const event = isWhole ? readLine(text) : undefined;
      if (event === undefined) return fail("altered", "a line is not as events are written");
      if (event.seq !== frontier.size || event.log !== checkpoint.origin) {
        return fail("altered", "a line is not the next of this log");
      }
      const leaf = markedHash(marked);
      if (isOther(hashes, event.seq - first, leaf)) {
        return fail("altered", "a line is not the one that was written");
      }
      frontier.append(leaf);
      onEvent(event, leaf, text);
      if (frontier.size === checkpoint.size && !frontier.root().equals(checkpoint.root)) {
        const reason =
          "the root is not the one that was signed, and the hashes beside were changed too";
        return { ...fail("altered", reason), at: null };
      }
    }
  }
  if (frontier.size < checkpoint.size) return fail("truncated", "events are missing at the end");
  const isUnsealed = frontier.size > checkpoint.size;
  return {
    verdict: isUnsealed ? "unsealed" : "intact",
    ...told,
    events: frontier.size,
    at: null,
    reason: null,
  };
}
