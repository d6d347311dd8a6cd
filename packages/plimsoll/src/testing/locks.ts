import * as fc from "fast-check";

import type { Lock, LockEntry } from "../model/lock/lock.ts";
import { snapshotDigest } from "../model/snapshot-digest.ts";

/** A lock of these models. */
export function lockOf(models: Lock["models"], more: Partial<Lock> = {}): Lock {
  return { schema: "plimsoll/lock@1", tool: "0.1.0", knowledge: "2026-11-20", models, ...more };
}

/** An entry of files with these sizes; their digests follow from `fill`. */
export function entryWith(sizes: Readonly<Record<string, number>>, fill = "ab"): LockEntry {
  const files = Object.entries(sizes).map(([path, size]) => ({
    path,
    size,
    sha256: fill.repeat(32),
  }));
  return {
    reference: "./m",
    digest: snapshotDigest(files),
    resolved: "2026-11-25T12:00:00Z",
    files,
  };
}

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from("0123456789abcdef")),
    minLength: length,
    maxLength: length,
  });

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 });

const segment = words.filter((text) => !/[/\0]/u.test(text) && text !== "." && text !== "..");

const file = fc.record(
  {
    path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    size: fc.maxSafeNat(),
    sha256: hex(64),
    git: hex(40),
    "x-note": fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ["path", "size", "sha256"] },
);

const verdict = fc.constantFrom("clear", "caution", "stop", "unknown", "not-applicable");

const entry: fc.Arbitrary<LockEntry> = fc
  .record(
    {
      reference: words,
      resolved: fc.constant("2026-11-25T12:00:00Z"),
      files: fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 4 }),
      setting: hex(64).map((digits) => `sha256:${digits}`),
      verdict: fc.record({ security: verdict, ease: verdict }, { requiredKeys: [] }),
      "x-own": fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ["reference", "resolved", "files"] },
  )
  .map((value) => ({ ...value, digest: snapshotDigest(value.files) }));

const name = words.filter((text) => !["__proto__", "constructor", "prototype"].includes(text));

/** Any lock that can be written. */
export const arbitraryLock: fc.Arbitrary<Lock> = fc
  .record({
    models: fc.dictionary(name, entry, { maxKeys: 3, noNullPrototype: true }),
    tool: fc.constantFrom("0.1.0", "0.10.0", "0.9.0"),
    knowledge: fc.constantFrom("2026-11-20", "2026-11-25"),
  })
  .map(({ models, ...more }) => lockOf(models, more));

/** The same lock with keys and files in another order. */
export function shuffled(lock: Lock, seed: number): Lock {
  const models = Object.fromEntries(
    turned(Object.entries(lock.models), seed).map(([name, entry]) => [
      name,
      { ...withTurnedKeys(entry, seed), files: turned(entry.files, seed) },
    ]),
  );
  return { ...withTurnedKeys(lock, seed), models };
}

function withTurnedKeys<T extends object>(value: T, seed: number): T {
  const copy = { ...value };
  for (const key of turned(Object.keys(value), seed)) {
    const member: unknown = Reflect.get(value, key);
    Reflect.deleteProperty(copy, key);
    Reflect.set(copy, key, member);
  }
  return copy;
}

/** Reversed, and begun elsewhere. */
function turned<T>(list: readonly T[], seed: number): T[] {
  const at = list.length === 0 ? 0 : Math.abs(seed) % list.length;
  return [...list.slice(at), ...list.slice(0, at)].toReversed();
}
