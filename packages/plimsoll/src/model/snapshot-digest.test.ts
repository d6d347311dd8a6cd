import { createHash } from "node:crypto";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { snapshotDigest } from "./snapshot-digest.ts";

const sha256 = "ab".repeat(32);
const other = "cd".repeat(32);

test("is what the format says, written out by hand", () => {
  const bytes = `a\u00002\u0000sha256:${sha256}\n\uFF01\u00003\u0000sha256:${other}\n\u{1F600}\u00001\u0000sha256:${sha256}\n`;
  const digest = snapshotDigest([
    { path: "\u{1F600}", size: 1, sha256 },
    { path: "a", size: 2, sha256 },
    { path: "\uFF01", size: 3, sha256: other },
  ]);
  expect(digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
});

test("a file more, a name, a size or a digest changes it; the order does not", () => {
  const file = fc.record({
    path: fc.string({ minLength: 1, maxLength: 5 }).map((path) => path.replaceAll("\0", "0")),
    size: fc.nat(),
    sha256: fc.constantFrom(sha256, other),
  });
  const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(files, (list) => {
      const digest = snapshotDigest(list);
      expect(snapshotDigest(list.toReversed())).toBe(digest);
      expect(snapshotDigest(list.slice(1))).not.toBe(digest);
      const [first = { path: "", size: 0, sha256 }, ...rest] = list;
      for (const changed of [
        { ...first, path: `${first.path}.` },
        { ...first, size: first.size + 1 },
        { ...first, sha256: first.sha256 === sha256 ? other : sha256 },
      ]) {
        expect(snapshotDigest([changed, ...rest])).not.toBe(digest);
      }
    }),
  );
});
