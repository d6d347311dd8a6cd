import { expect, test } from "vitest";

import { roleOf } from "./licences.ts";

test.each([
  ["LICENSE", "licence"],
  ["LICENCE.txt", "licence"],
  ["LICENSE-MODEL", "licence"],
  ["MODEL_LICENSE.md", "licence"],
  ["UNLICENSE", "licence"],
  ["COPYING.LESSER", "licence"],
  ["Notice", "notice"],
  ["THIRD_PARTY_NOTICES.txt", "notice"],
  ["USE_POLICY.md", "policy"],
  ["LLAMA_USE-POLICY.txt", "policy"],
])("%s is a %s", (name, role) => {
  expect(roleOf(name)).toBe(role);
});

test.each(["license.py", "noticeboard.md", "licensed.txt", "README.md", "copyingmachine.txt"])(
  "%s is none",
  (name) => {
    expect(roleOf(name)).toBeUndefined();
  },
);
