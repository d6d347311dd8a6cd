import type { Parsed } from "@plimsoll/formats";

import { unread, type Unread } from "../kernel/unread.ts";

/** Faults listed one by one for a file; the rest is counted, since a hostile header can hold a million. */
const FAULTS_SHOWN = 20;

/** Everything a reader could not account for, as unread: its faults, and bytes that no part of the format claims. */
export function unreadOfParsed(
  file: string,
  parsed: Parsed<unknown>,
  member?: string,
): readonly Unread[] {
  const shown = parsed.faults
    .slice(0, FAULTS_SHOWN)
    .map((fault) =>
      unread(file, `${fault.code}: ${fault.message}`, { member, offset: fault.offset }),
    );
  const more = parsed.faults.length - shown.length;
  if (more > 0) shown.push(unread(file, `${more} more faults`, { member }));
  for (const range of parsed.unclaimed) {
    const reason = `gap: ${range.end - range.start} bytes that the format does not account for`;
    shown.push(unread(file, reason, { member, offset: range.start }));
  }
  if (!parsed.complete && shown.length === 0) {
    shown.push(unread(file, "it was not read to its end", { member }));
  }
  return shown;
}
