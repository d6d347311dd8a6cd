import { Buffer, isAscii, isUtf8 } from "node:buffer";

import type { FaultList } from "../core/fault-list.ts";
import { UTF8_FLAG } from "./fields.ts";

/**
 * Decodes a member's name; whatever two readers would decode differently is a fault.
 *
 * Without the UTF-8 flag, Python's zip module takes the bytes as code page 437 and PyTorch as they are.
 * @see APPNOTE.TXT 6.3.10, appendix D
 */
export function decodeName(
  bytes: Uint8Array,
  flags: number,
  offset: number,
  faults: FaultList,
): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Python's reader ends the name at the NUL, others do not.
  if (bytes.includes(0)) faults.add("ambiguous", "name holds a NUL", offset);
  if (isAscii(bytes)) return buffer.toString("latin1");
  const valid = isUtf8(bytes);
  if ((flags & UTF8_FLAG) === 0) {
    faults.add("ambiguous", "name beyond ASCII does not say its encoding", offset);
  } else if (!valid) {
    faults.add("bad-encoding", "name is said to be UTF-8 and is not", offset);
  }
  return buffer.toString(valid ? "utf8" : "latin1");
}

/**
 * True for a name that leaves the folder it is unpacked in, or that systems read differently (CWE-22).
 */
export function isUnsafeName(name: string): boolean {
  return (
    name === "" ||
    name.startsWith("/") ||
    name.includes("\\") ||
    name.includes("\0") ||
    /^[A-Za-z]:/.test(name) ||
    name.split("/").includes("..")
  );
}
