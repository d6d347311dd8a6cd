import { describe, expect, test } from "vitest";
import * as fc from "fast-check";

import { snapshotDigest } from "../snapshot-digest.ts";
import { formatLock } from "./format.ts";
import { arbitraryLock, lockOf, shuffled } from "../../testing/locks.ts";
import { parseLock } from "./read.ts";

test("a lock is written as the format says", () => {
  const files = [
    { size: 3, path: "b.gguf", sha256: "b".repeat(64) },
    { path: "LICENSE", sha256: "a".repeat(64), size: 2, git: "c".repeat(40) },
  ];
  const text = formatLock(
    lockOf({
      m: {
        reference: "./m",
        digest: snapshotDigest(files),
        resolved: "2026-11-25T12:00:00Z",
        files,
        verdict: { security: "clear", licensing: undefined },
      },
      empty: {
        reference: "hf:a/b",
        digest: snapshotDigest([]),
        resolved: "2026-11-25T12:00:00Z",
        files: [],
      },
    }),
  );
  expect(text).toBe(`{
  "knowledge": "2026-11-20",
  "models": {
    "empty": {
      "digest": "${snapshotDigest([])}",
      "files": [],
      "reference": "hf:a/b",
      "resolved": "2026-11-25T12:00:00Z"
    },
    "m": {
      "digest": "${snapshotDigest(files)}",
      "files": [
        { "git": "${"c".repeat(40)}", "path": "LICENSE", "sha256": "${"a".repeat(64)}", "size": 2 },
        { "path": "b.gguf", "sha256": "${"b".repeat(64)}", "size": 3 }
      ],
      "reference": "./m",
      "resolved": "2026-11-25T12:00:00Z",
      "verdict": {
        "security": "clear"
      }
    }
  },
  "schema": "plimsoll/lock@1",
  "tool": "0.1.0"
}
`);
});

describe("any lock", () => {
  test("comes back from its bytes, and gives the same bytes again", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLock, async (lock) => {
        const text = formatLock(lock);
        const read = await parseLock(Buffer.from(text), "plimsoll.lock");
        expect(formatLock(read)).toBe(text);
        expect(Object.keys(read.models).toSorted()).toEqual(Object.keys(lock.models).toSorted());
      }),
      { numRuns: 50 },
    );
  });

  test("gives the same bytes however its keys and files are ordered", () => {
    fc.assert(
      fc.property(arbitraryLock, fc.integer(), (lock, seed) => {
        expect(formatLock(shuffled(lock, seed))).toBe(formatLock(lock));
      }),
      { numRuns: 50 },
    );
  });

  test("has one line for each file, and a changed file changes that line and the digest's", () => {
    fc.assert(
      fc.property(arbitraryLock, (lock) => {
        const [name, entry] = Object.entries(lock.models)[0] ?? [];
        const [first, ...rest] = entry?.files ?? [];
        if (name === undefined || entry === undefined || first === undefined) return;
        const files = [{ ...first, size: first.size + 1 }, ...rest];
        const changed = { ...entry, files, digest: snapshotDigest(files) };
        const after = formatLock({ ...lock, models: { ...lock.models, [name]: changed } });
        const before = formatLock(lock).split("\n");
        const different = after.split("\n").filter((line, index) => line !== before[index]);
        expect(after.split("\n")).toHaveLength(before.length);
        expect(different).toHaveLength(2);
      }),
      { numRuns: 50 },
    );
  });
});
