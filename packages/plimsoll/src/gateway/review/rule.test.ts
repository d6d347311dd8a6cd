import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { rule, type Judged } from "./rule.ts";

const judged: Judged = {
  digest: "d",
  policyDigest: "p",
  quorum: 1,
  editQuorum: 2,
  isEdited: false,
  votes: [],
};
const said = (by: string, verdict: "release" | "edit" | "refuse" = "release", digest = "d") => ({
  by,
  verdict,
  digest,
  policyDigest: "p",
});
const release = { verdict: "release", by: "me", isAlone: false } as const;
const edit = { ...release, verdict: "edit" } as const;

describe("what one word comes to", () => {
  test.each([
    ["one is enough", {}, release, { kind: "released" }],
    ["two are not there yet", { quorum: 2 }, release, { kind: "waits", for: 1 }],
    ["the second of two", { quorum: 2, votes: [said("you")] }, release, { kind: "released" }],
    ["the same one twice", { quorum: 2, votes: [said("me")] }, release, { kind: "voted" }],
    [
      "a word on another text",
      { quorum: 2, votes: [said("you", "release", "e")] },
      release,
      { kind: "waits", for: 1 },
    ],
    [
      "a word under another policy",
      { quorum: 2, votes: [{ ...said("you"), policyDigest: "q" }] },
      release,
      { kind: "waits", for: 1 },
    ],
    [
      "who refused agrees to nothing",
      { quorum: 2, votes: [said("you", "refuse")] },
      release,
      { kind: "waits", for: 1 },
    ],
    ["an edit needs a second", {}, edit, { kind: "waits", for: 1 }],
    ["an edit that needs none", { editQuorum: 1 }, edit, { kind: "edited" }],
    ["an edit of three", { quorum: 3 }, edit, { kind: "waits", for: 2 }],
    ["an edit by the only one there is", {}, { ...edit, isAlone: true }, { kind: "edited" }],
    [
      "the second of an edit",
      { isEdited: true, votes: [said("you", "edit")] },
      release,
      { kind: "edited" },
    ],
    [
      "the author is not the second",
      { isEdited: true, votes: [said("me", "edit")] },
      release,
      { kind: "voted" },
    ],
    [
      "an edit whose author may no longer decide",
      { isEdited: true },
      release,
      { kind: "waits", for: 1 },
    ],
    [
      "one who refuses is enough",
      { quorum: 9 },
      { ...release, verdict: "refuse" },
      { kind: "refused" },
    ],
  ] as const)("%s", (_, change, word, ruling) => {
    expect(rule({ ...judged, ...change }, word)).toEqual(ruling);
  });
});

test("nothing is let out by fewer different people than the policy says", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), words, (quorum, people) => {
      const votes: ReturnType<typeof said>[] = [];
      for (const by of people) {
        const ruling = rule({ ...judged, quorum, votes }, { ...release, by });
        if (ruling.kind === "voted") continue;
        votes.push(said(by));
        const count = new Set(votes.map((vote) => vote.by)).size;
        expect(ruling.kind).toBe(count >= quorum ? "released" : "waits");
        if (ruling.kind === "released") return;
      }
    }),
  );
});
