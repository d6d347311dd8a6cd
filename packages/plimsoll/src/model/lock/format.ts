import { compareCodePoints } from "../../kernel/code-points.ts";
import type { Lock } from "./lock.ts";

/**
 * The text of a lock: keys sorted by code point, two spaces, every item of a list on a line of its own, a final newline.
 *
 * Equal locks give equal bytes, and a changed file is one changed line, so that reviews and merges stay readable.
 */
export function formatLock(lock: Lock): string {
  const models = Object.fromEntries(
    Object.entries(lock.models).map(([name, entry]) => [
      name,
      { ...entry, files: entry.files.toSorted((a, b) => compareCodePoints(a.path, b.path)) },
    ]),
  );
  return `${block({ ...lock, models }, "")}\n`;
}

function block(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + line(item)).join(",\n")}\n${indent}]`;
  }
  if (!isObject(value)) return line(value);
  const members = membersOf(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${block(member, inner)}`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** A value on one line. */
function line(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(line).join(", ")}]`;
  if (isObject(value)) {
    const members = membersOf(value).map(
      ([key, member]) => `${JSON.stringify(key)}: ${line(member)}`,
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  // The strict reader keeps integers beyond 2^53 exact, which JSON.stringify would refuse.
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}

/** Members in the order of their keys; one that is undefined is not known and so not written. */
function membersOf(value: object): (readonly [string, unknown])[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => compareCodePoints(a, b));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
