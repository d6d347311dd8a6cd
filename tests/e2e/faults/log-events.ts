import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An event as a line of the log has it. */
export type LoggedEvent = {
  readonly kind: string;
  readonly seq: number;
  readonly request?: string;
  readonly body: unknown;
};

/** The whole lines of the log of a home, as they lie on the disk. */
export function* eventsIn(home: string): Generator<LoggedEvent> {
  const folder = join(home, "state/audit/segments");
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".jsonl")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line !== "") yield JSON.parse(line);
    }
  }
}
