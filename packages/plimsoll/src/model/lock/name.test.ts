import { expect, test } from "vitest";

import { lockName } from "./name.ts";

test.each(["support-8b", "Mein Modell", "a.b", "..a", "モデル", "x".repeat(120), "toString"])(
  "%s is a name",
  (name) => {
    expect(lockName(name)).toBe(name);
  },
);

test.each(["", ".", "..", "a/b", "a\\b", "a\nb", "a\u202Eb", "__proto__", "x".repeat(121)])(
  "%j is none",
  (name) => {
    expect(() => lockName(name)).toThrow(expect.objectContaining({ code: "usage" }));
  },
);
