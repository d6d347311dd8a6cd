import { describe, expect, test } from "vitest";

import { FormatError } from "../../packages/formats/src/core/format-error.ts";
import { runCampaign, type Broken } from "./campaign.ts";
import type { FuzzTarget, Picture } from "./target.ts";

const SOUND: Picture = { value: "", faults: [], complete: true, unclaimed: [] };

/** A reader that breaks where it meets a byte of 0x2a, in the way of `bad`. */
function reader(bad: (bytes: Uint8Array, window: number | undefined) => Picture): FuzzTarget {
  return {
    name: "made up",
    code: [],
    seeds: () => [new Uint8Array(20)],
    words: [Uint8Array.of(0x2a)],
    read: (bytes, window) => (bytes.includes(0x2a) ? bad(bytes, window) : SOUND),
    hasWindows: true,
    memory: () => 1_000,
    rules: [
      (_, outcome) =>
        outcome.kind === "read" && outcome.picture.value === "bad" ? "it is bad" : undefined,
    ],
  };
}

async function broken(target: FuzzTarget): Promise<readonly Broken[]> {
  const result = await runCampaign(target, { seed: 1, runs: 600, shouldStop: () => false });
  return result.broken;
}

const fault = (offset: number): FormatError => new FormatError("bad-field", "wrong", { offset });

describe("what is broken is found, and the file that shows it made small", () => {
  test.each<[string, (bytes: Uint8Array, window: number | undefined) => Picture, string]>([
    [
      "an error that is no FormatError",
      () => {
        throw new RangeError("outside");
      },
      "throws",
    ],
    [
      "memory beyond what the file allows",
      () => ({ ...SOUND, value: new Uint8Array(1_001).length }),
      "memory",
    ],
    [
      "an answer that depends on the window",
      (_, window) => ({ ...SOUND, value: window === 7 ? 7 : 0 }),
      "window",
    ],
    ["bytes missing without a fault", () => ({ ...SOUND, complete: false }), "answer"],
    [
      "a fault outside the file",
      (bytes) => ({ ...SOUND, faults: [fault(bytes.length + 1)] }),
      "answer",
    ],
    [
      "no bytes that are unclaimed",
      () => ({ ...SOUND, unclaimed: [{ start: 1, end: 1 }] }),
      "answer",
    ],
    ["a rule of the reader", () => ({ ...SOUND, value: "bad" }), "rule"],
  ])("%s", async (_, bad, kind) => {
    const [first] = await broken(reader(bad));
    expect(first?.kind).toBe(kind);
    expect([...(first?.bytes ?? [])]).toEqual([0x2a]);
  });

  test.each<[string, (bytes: Uint8Array) => Picture]>([
    [
      "a FormatError",
      () => {
        throw fault(0);
      },
    ],
    ["as much memory as is allowed", () => ({ ...SOUND, value: new Uint8Array(1_000).length })],
    [
      "a fault at the end of the file",
      (bytes) => ({ ...SOUND, complete: false, faults: [fault(bytes.length)] }),
    ],
  ])("near miss: %s", async (_, good) => {
    expect(await broken(reader(good))).toEqual([]);
  });
});

test("the counting of memory ends with the campaign", async () => {
  const before = Uint8Array;
  await broken(reader(() => SOUND));
  expect(Uint8Array).toBe(before);
});
