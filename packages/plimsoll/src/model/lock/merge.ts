import { formatLock } from "./format.ts";
import { lockEntry, type Lock, type LockEntry } from "./lock.ts";

/** Two branches of a lock joined, or the names of the models that both changed, each in its own way. */
export type Merged =
  | { readonly kind: "merged"; readonly lock: Lock }
  | { readonly kind: "conflict"; readonly names: readonly string[] };

/**
 * Joins two locks that grew from one, model by model: a side that left a model as it was takes the other's.
 *
 * Which side is named first does not matter. `base` is what both grew from; undefined when neither had a lock.
 */
export function mergeLocks(base: Lock | undefined, ours: Lock, theirs: Lock): Merged {
  const models: Record<string, LockEntry> = {};
  const conflicts: string[] = [];
  const names = new Set([ours, theirs].flatMap((lock) => Object.keys(lock.models)));
  for (const name of names) {
    const before = base === undefined ? undefined : lockEntry(base, name);
    const side = pick(before, lockEntry(ours, name), lockEntry(theirs, name), entryText);
    if (side.kind === "conflict") conflicts.push(name);
    else if (side.value !== undefined) models[name] = side.value;
  }
  const extensions = mergeExtensions(base, ours, theirs, conflicts);
  if (conflicts.length > 0) return { kind: "conflict", names: conflicts.toSorted() };
  const newer = isNewer(ours, theirs) ? ours : theirs;
  const { tool, knowledge } = newer;
  return {
    kind: "merged",
    lock: { ...extensions, schema: "plimsoll/lock@1", tool, knowledge, models },
  };
}

type Side<T> =
  | { readonly kind: "taken"; readonly value: T | undefined }
  | { readonly kind: "conflict" };

/** The side that changed; undefined is a value of its own, so that a model removed stays removed. */
function pick<T>(
  base: T | undefined,
  ours: T | undefined,
  theirs: T | undefined,
  textOf: (value: T) => string,
): Side<T> {
  const [was, here, there] = [base, ours, theirs].map((value) =>
    value === undefined ? undefined : textOf(value),
  );
  if (here === there) return { kind: "taken", value: ours };
  if (here === was) return { kind: "taken", value: theirs };
  if (there === was) return { kind: "taken", value: ours };
  return { kind: "conflict" };
}

function mergeExtensions(
  base: Lock | undefined,
  ours: Lock,
  theirs: Lock,
  conflicts: string[],
): Record<`x-${string}`, unknown> {
  const merged: Record<`x-${string}`, unknown> = {};
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)].filter(isExtension));
  for (const key of keys) {
    const side = pick(base?.[key], ours[key], theirs[key], valueText);
    if (side.kind === "conflict") conflicts.push(key);
    else if (side.value !== undefined) merged[key] = side.value;
  }
  return merged;
}

function isExtension(key: string): key is `x-${string}` {
  return key.startsWith("x-");
}

/** Later facts win, then the later program; dates of facts order as texts. */
function isNewer(a: Lock, b: Lock): boolean {
  if (a.knowledge !== b.knowledge) return a.knowledge > b.knowledge;
  return a.tool.localeCompare(b.tool, "en", { numeric: true }) >= 0;
}

function entryText(entry: LockEntry): string {
  return formatLock({ schema: "plimsoll/lock@1", tool: "", knowledge: "", models: { entry } });
}

function valueText(value: unknown): string {
  return formatLock({
    schema: "plimsoll/lock@1",
    tool: "",
    knowledge: "",
    models: {},
    "x-value": value,
  });
}
