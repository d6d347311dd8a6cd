import { readLine } from "../../audit/event.ts";
import { logFiles, segmentsOf } from "../../audit/files.ts";
import { linesOf } from "../../audit/lines.ts";

/** The lines of a log that are asked for, each with its line feed; what is torn or was changed is left to `verify`. */
export function* exportLog(
  folder: string,
  wanted: { readonly from: number; readonly kind: string | undefined },
): Generator<string> {
  for (const { path } of segmentsOf(logFiles(folder))) {
    for (const { text, isWhole } of linesOf(path)) {
      const event = isWhole ? readLine(text) : undefined;
      if (event === undefined || event.time < wanted.from) continue;
      if (wanted.kind === undefined || event.kind === wanted.kind) yield `${text}\n`;
    }
  }
}
