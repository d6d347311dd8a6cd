import { isUtf8 } from "node:buffer";

import type { FaultList } from "../core/fault-list.ts";
import { isUnsafeName } from "../zip/name.ts";
import type { TarField } from "./fields.ts";
import type { TarKind } from "./types.ts";

/** A text field up to its first NUL. What lies behind that is seen by nobody, unless it is read otherwise. */
export function readText(
  block: Uint8Array,
  [at, length]: TarField,
  offset: number,
  faults: FaultList,
): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  if (end >= 0 && field.subarray(end).some((byte) => byte !== 0)) {
    faults.add("ambiguous", "a name goes on behind its end", offset + at);
  }
  return decodeText(end < 0 ? field : field.subarray(0, end), offset + at, faults);
}

/** Names have no stated encoding: UTF-8 where the bytes are that. */
export function decodeText(bytes: Uint8Array, offset: number, faults: FaultList): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(bytes)) return buffer.toString("utf8");
  faults.add("bad-encoding", "a name is not UTF-8: readers decode it differently", offset);
  return buffer.toString("latin1");
}

/** Whether a link may not be made: its target lies outside the folder that the archive is unpacked in (CWE-59). */
export function isUnsafeLink(name: string, kind: TarKind, target: string | undefined): boolean {
  if (target === undefined) return false;
  if (kind === "hardlink") return isUnsafeName(target);
  if (isUnsafeName(target) && !isRelative(target)) return true;
  // Steps up are usual in symbolic links, as long as they stay below the root.
  let depth = name.split("/").filter(isStep).length - 1;
  for (const step of target.split("/")) {
    if (step === "..") depth -= 1;
    else if (isStep(step)) depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** The one unsafe thing about it, if any, is that it steps up. */
function isRelative(target: string): boolean {
  return !isUnsafeName(
    target
      .split("/")
      .filter((step) => step !== "..")
      .join("/") || ".",
  );
}

function isStep(step: string): boolean {
  return step !== "" && step !== ".";
}

/** A name as an unpacked file has it: two of them that are equal are one file. */
export function pathOf(name: string): string {
  return name.split("/").filter(isStep).join("/");
}
