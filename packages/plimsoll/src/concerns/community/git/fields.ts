import { GIT_MAX_FIELD_CHARACTERS } from "./limits.ts";

/** Splits a stream of bytes into texts that each end with NUL, of which the beginning is kept. */
export type FieldSplitter = (bytes: Uint8Array) => void;

/** Opens a splitter; bytes that are not UTF-8 become U+FFFD. */
export function openFields(visit: (field: string) => void): FieldSplitter {
  let held: Buffer[] = [];
  let size = 0;
  const keep = (part: Uint8Array): void => {
    const room = GIT_MAX_FIELD_CHARACTERS - size;
    if (room > 0) held.push(Buffer.from(part.subarray(0, room)));
    size += part.length;
  };
  return (bytes) => {
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      keep(bytes.subarray(from, end));
      visit(Buffer.concat(held).toString("utf8"));
      held = [];
      size = 0;
      from = end + 1;
    }
    keep(bytes.subarray(from));
  };
}
