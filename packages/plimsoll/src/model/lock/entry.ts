import { compareCodePoints } from "../../kernel/code-points.ts";
import { formatLock } from "./format.ts";
import type { Lock, LockEntry } from "./lock.ts";

/** Who writes a lock. */
export type LockWriter = Pick<Lock, "tool" | "knowledge">;

/**
 * The lock with an entry added or replaced; undefined when that entry is there and says the same.
 *
 * When it was resolved does not count: locking the same files again changes no byte. Keys of other programs (`x-…`)
 * stay on the entry and on its files.
 */
export function withEntry(
  current: Lock | undefined,
  name: string,
  entry: LockEntry,
  writer: LockWriter,
): Lock | undefined {
  const models = current?.models ?? {};
  const before = Object.hasOwn(models, name) ? models[name] : undefined;
  const next = before === undefined ? sorted(entry) : sorted(keepExtensions(before, entry));
  if (current !== undefined && before !== undefined && isSame(before, next)) return undefined;
  return {
    ...current,
    schema: "plimsoll/lock@1",
    ...writer,
    models: { ...models, [name]: next },
  };
}

function sorted(entry: LockEntry): LockEntry {
  return { ...entry, files: entry.files.toSorted((a, b) => compareCodePoints(a.path, b.path)) };
}

function keepExtensions(before: LockEntry, entry: LockEntry): LockEntry {
  const files = new Map(before.files.map((file) => [file.path, file]));
  return {
    ...extensionsOf(before),
    ...entry,
    files: entry.files.map((file) => ({ ...extensionsOf(files.get(file.path)), ...file })),
  };
}

function extensionsOf(value: object | undefined): Record<`x-${string}`, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => key.startsWith("x-")));
}

function isSame(a: LockEntry, b: LockEntry): boolean {
  return textOf(a) === textOf({ ...b, resolved: a.resolved });
}

function textOf(entry: LockEntry): string {
  return formatLock({ schema: "plimsoll/lock@1", tool: "", knowledge: "", models: { entry } });
}
