/**
 * A process that appends to an audit log until it is killed: argument 1 is the log's folder, 2 how many events at most.
 *
 * Each event that is acknowledged is printed, by its place.
 */
import { openAuditLog } from "../../packages/plimsoll/src/audit/writer.ts";

const [, , folder = "", most = "Infinity"] = process.argv;

/** Events that wait at the same time: each time one more, up to this. */
const WAITING_MAX = 16;

const log = openAuditLog({ folder, origin: "plimsoll/drill", now: () => Date.now() });
let waiting = 0;
for (let count = 0; count < Number(most); count += waiting) {
  waiting = Math.min(waiting + 1, WAITING_MAX);
  const batch = Array.from({ length: waiting }, async (_, more) => {
    const body = { more, filler: "x".repeat(300) };
    const { place, durable } = log.append({ kind: "request", actor: "drill", body });
    await durable;
    process.stdout.write(`${place.seq}\n`);
  });
  await Promise.all(batch);
}
await log.close();
