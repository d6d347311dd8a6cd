import { expect, test } from "vitest";

import { cutReference, homeOwner } from "./reference.ts";

test("the owner of a home folder is seen", () => {
  expect(homeOwner("/home/alice/base")).toBe("alice");
  expect(homeOwner("C:\\Users\\Bob\\base")).toBe("Bob");
  expect(homeOwner("/data/home")).toBeUndefined();
});

test("references are cut at their limit", () => {
  expect(cutReference("a".repeat(300))).toHaveLength(300);
  expect(cutReference("a".repeat(301))).toHaveLength(301);
  expect(cutReference("a".repeat(5_000))).toHaveLength(301);
});
