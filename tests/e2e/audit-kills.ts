import { readFileSync } from "node:fs";
import { join } from "node:path";

import { logFiles } from "../../packages/plimsoll/src/audit/files.ts";
import { verifyLog, type LogVerdict } from "../../packages/plimsoll/src/audit/verify.ts";
import { openAuditLog } from "../../packages/plimsoll/src/audit/writer.ts";
import { readVerifier, type NoteVerifier } from "../../packages/plimsoll/src/signature/note.ts";
import { killedAfter, moments } from "./killed.ts";

/** The process that appends. */
export const AUDIT_WRITER = join(import.meta.dirname, "audit-writer.ts");

/** How a series of kills ended. */
export type AuditKills = {
  readonly kills: number;
  /** Events that were acknowledged by writers that were killed. */
  readonly acknowledged: number;
  /** Kills that left events behind the checkpoint. */
  readonly unsealed: number;
  /** Starts that cut off a line that was being written. */
  readonly torn: number;
  readonly events: number;
};

/** Milliseconds within which a writer is killed, after its first word. */
const WITHIN_MS = 400;

/**
 * Kills a writer at random moments, each time on the log that the last one left, and looks after every kill whether
 * each acknowledged event is there and the log is as it was signed.
 * @throws TypeError when it is not.
 */
export async function killAuditWriters(
  folder: string,
  count: number,
  seed: number,
): Promise<AuditKills> {
  const moment = moments(seed);
  let [acknowledged, unsealed] = [0, 0];
  for (let kill = 0; kill < count; kill += 1) {
    const said = await killedAfter(AUDIT_WRITER, [folder], moment.next().value * WITHIN_MS);
    const { verdict, events, reason } = verdictOf(folder);
    const last = Math.max(...said.map(Number));
    if ((verdict !== "intact" && verdict !== "unsealed") || last >= events) {
      const found = `${verdict}, ${events} events, ${last} acknowledged: ${reason ?? ""}`;
      throw new TypeError(`kill ${kill} of seed ${seed}: ${found}`);
    }
    acknowledged += said.length;
    if (verdict === "unsealed") unsealed += 1;
  }
  const log = openAuditLog({ folder, origin: "plimsoll/drill", now: () => Date.now() });
  await log.close();
  const places: number[] = [];
  let torn = 0;
  const { verdict, events } = verdictOf(folder, (seq, kind) => {
    places.push(seq);
    if (kind === "log.recovered") torn += 1;
  });
  const isWhole = places.every((seq, at) => seq === at);
  if (verdict !== "intact" || !isWhole) throw new TypeError(`after the last kill: ${verdict}`);
  return { kills: count, acknowledged, unsealed, torn, events };
}

/** The key that lies beside a log. */
export function keyOf(folder: string): NoteVerifier {
  const key = readVerifier(readFileSync(logFiles(folder).verifier, "utf8").trim());
  if (key === undefined) throw new TypeError("there is no key");
  return key;
}

/** What verifying a log of ours says, with the key beside it. */
export function verdictOf(
  folder: string,
  onEvent: (seq: number, kind: string) => void = () => {},
): LogVerdict {
  return verifyLog(folder, keyOf(folder), ({ seq, kind }) => {
    onEvent(seq, kind);
  });
}
