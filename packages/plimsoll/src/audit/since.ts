import { readLine, type ReadEvent } from "./event.ts";
import { logFiles, segmentsOf } from "./files.ts";
import { linesOf } from "./lines.ts";

/** The events of a log from a place on, in order, as far as they can be read. What is signed is not checked here. */
export function* eventsSince(folder: string, seq: number): Generator<ReadEvent> {
  const segments = segmentsOf(logFiles(folder));
  for (const [at, { path, first }] of segments.entries()) {
    const next = segments[at + 1]?.first ?? Infinity;
    if (next <= seq) continue;
    let place = first;
    for (const { text, isWhole } of linesOf(path)) {
      const event = isWhole && place >= seq ? readLine(text) : undefined;
      if (event !== undefined) yield event;
      place += 1;
    }
  }
}

/** How many events a log has, as far as its lines are whole. What is signed is not checked here. */
export function eventsIn(folder: string): number {
  const last = segmentsOf(logFiles(folder)).at(-1);
  if (last === undefined) return 0;
  let events = last.first;
  for (const { isWhole } of linesOf(last.path)) if (isWhole) events += 1;
  return events;
}
