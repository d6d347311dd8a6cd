import { createHash } from "node:crypto";

/** First word of the file; a change of its lines changes the number. */
const HEADER = "plimsoll-file-digests@1";

/** A digest and the five numbers of a file's identity. */
const LINE = /^([0-9a-f]{64}) (\d+ \d+ \d+ -?\d+ -?\d+)$/u;

/**
 * The text of a digest memory: a header with the SHA-256 of what follows, and a line for each digest, oldest first.
 *
 * The checksum is what makes a torn or damaged file worth nothing instead of wrong.
 */
export function formatDigests(records: readonly (readonly [string, string])[]): string {
  const body = records.map(([key, sha256]) => `${sha256} ${key}\n`).join("");
  return `${HEADER} ${checksum(body)}\n${body}`;
}

/** Reads the text of a digest memory, by identity; empty when it is not whole. */
export function parseDigests(text: string): Map<string, string> {
  const records = new Map<string, string>();
  const headerEnd = text.indexOf("\n") + 1;
  const body = text.slice(headerEnd);
  if (text.slice(0, headerEnd) !== `${HEADER} ${checksum(body)}\n`) return records;
  for (const line of body.split("\n")) {
    const [, sha256, key] = LINE.exec(line) ?? [];
    if (sha256 !== undefined && key !== undefined) records.set(key, sha256);
  }
  return records;
}

function checksum(body: string): string {
  return createHash("sha256").update(body, "latin1").digest("hex");
}
