import { describe, expect, test } from "vitest";

import { reviewerKey } from "../../testing/holds.ts";
import { People } from "./people.ts";

const NOW = 100;
const people = (...keys: Parameters<typeof reviewerKey>[]): People =>
  new People(
    keys.map((key) => reviewerKey(...key)),
    NOW,
  );

describe("who may decide", () => {
  test.each([
    ["a reviewer", {}, true],
    ["an admin", { roles: ["admin"] }, true],
    ["a developer", { roles: ["developer", "operator", "auditor", "revealer"] }, false],
    ["one that was revoked", { revokedAt: NOW }, false],
    ["one that will be", { revokedAt: NOW + 1 }, true],
    ["one that expired", { expiresAt: NOW }, false],
    ["one that will", { expiresAt: NOW + 1 }, true],
  ] as const)("%s", (_, change, may) => {
    const all = people(["k", change]);
    expect([all.mayReview("k"), all.isAlone]).toEqual([may, !may]);
  });
  test("nobody whom no key stands for, and the owner always", () => {
    expect([people().mayReview("k"), people().mayReview("local")]).toEqual([false, true]);
  });
});

describe("whose key it is", () => {
  test("two secrets of one person are one person, and end with the newer one", () => {
    const all = people(["a", { rotatedTo: "b" }], ["b", { rotatedTo: "c" }], ["c", {}]);
    expect(["a", "b", "c", "d"].map((id) => all.personOf(id))).toEqual(["c", "c", "c", "d"]);
    const ended = people(["a", { rotatedTo: "b" }], ["b", { revokedAt: 1 }]);
    expect(ended.mayReview("a")).toBe(false);
  });
  test("a ring of keys comes to an end", () => {
    const ring = people(["a", { rotatedTo: "b" }], ["b", { rotatedTo: "a" }]);
    expect(["a", "b"]).toContain(ring.personOf("a"));
  });
});
