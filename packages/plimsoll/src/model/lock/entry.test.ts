import { describe, expect, test } from "vitest";

import { entryWith, lockOf } from "../../testing/locks.ts";
import { withEntry } from "./entry.ts";
import { formatLock } from "./format.ts";

const writer = { tool: "0.2.0", knowledge: "2026-11-25" };
const entry = entryWith({ b: 1, a: 2 });

describe("an entry", () => {
  test("begins a lock, and joins one", () => {
    expect(withEntry(undefined, "m", entry, writer)).toMatchObject({
      schema: "plimsoll/lock@1",
      ...writer,
      models: { m: { digest: entry.digest } },
    });
    const before = lockOf({ other: entry }, { "x-own": 1 });
    const after = withEntry(before, "m", entry, writer);
    expect(Object.keys(after?.models ?? {})).toEqual(["other", "m"]);
    expect(after).toMatchObject({ ...writer, "x-own": 1 });
  });

  test("that says the same at another time changes nothing, one that says more does", () => {
    const lock = lockOf({ m: entry });
    const later = { ...entry, resolved: "2027-01-01T00:00:00Z" };
    expect(withEntry(lock, "m", { ...later, files: later.files.toReversed() }, writer)).toBe(
      undefined,
    );
    const after = withEntry(lock, "m", { ...later, setting: `sha256:${"a".repeat(64)}` }, writer);
    expect(after?.models["m"]?.resolved).toBe("2027-01-01T00:00:00Z");
  });

  test("keeps what other programs wrote on it and on its files", () => {
    const [first = { path: "", size: 0, sha256: "" }, ...rest] = entry.files;
    const noted = { ...entry, "x-note": "n", files: [{ ...first, "x-file": "f" }, ...rest] };
    const after = withEntry(lockOf({ m: noted }), "m", entryWith({ b: 1, c: 2 }), writer);
    const text = formatLock(after ?? lockOf({}));
    expect(text).toContain('"x-note": "n"');
    expect(text).toContain('"x-file": "f"');
  });
});
