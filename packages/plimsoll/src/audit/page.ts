import { readLine, type ReadEvent } from "./event.ts";
import { logFiles, segmentsOf } from "./files.ts";
import { linesOf } from "./lines.ts";

/** Lines that one page looks at: a filter that fits nothing must not read the whole log (CWE-770). */
const SCAN_MAX = 131_072;

/** Which events are asked for. */
export type EventsAsk = {
  /** Number of the first one. */
  readonly from: number;
  /** Number behind the last one that may be told. */
  readonly below: number;
  readonly limit: number;
  readonly kind: string | undefined;
};

/** Events in order; `next` is where to go on, and null behind the last. */
export type EventPage = {
  readonly events: readonly ReadEvent[];
  readonly next: number | null;
};

/** Reads a page of events. What is signed is not checked: that is for proofs. */
export function readEvents(folder: string, { from, below, limit, kind }: EventsAsk): EventPage {
  const events: ReadEvent[] = [];
  const end = Math.min(below, from + SCAN_MAX);
  const segments = segmentsOf(logFiles(folder));
  for (const [at, { path, first }] of segments.entries()) {
    if ((segments[at + 1]?.first ?? Infinity) <= from) continue;
    if (first >= end) break;
    let seq = first;
    for (const { text, isWhole } of linesOf(path)) {
      if (seq >= end) break;
      const event = isWhole && seq >= from ? readLine(text) : undefined;
      seq += 1;
      if (event === undefined || (kind !== undefined && event.kind !== kind)) continue;
      events.push(event);
      if (events.length === limit) return { events, next: seq < below ? seq : null };
    }
  }
  return { events, next: end < below ? end : null };
}
