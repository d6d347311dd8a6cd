import { runSync } from "../../../packages/formats/src/core/driver.ts";
import type { Reading } from "../../../packages/formats/src/core/cursor.ts";
import type { Parsed } from "../../../packages/formats/src/core/parsed.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import type { Random } from "../random.ts";
import { outcomeOf, whenRead, type FuzzTarget, type Picture, type Rule } from "../target.ts";

/** Reads from memory, at a window, and shows the value. @throws what the reader throws. */
export function pictureOf<T>(
  reading: Reading<Parsed<T>>,
  bytes: Uint8Array,
  window: number | undefined,
  show: (value: T) => unknown = (value) => value,
): Picture {
  const parsed = runSync(reading, memorySource(bytes), window);
  return { ...parsed, value: show(parsed.value) };
}

/** Places at which a file is cut to see what is left of it. */
const CUTS = 4;

/**
 * The rule that a cut loses nothing that lies before it: `parts` of the cut file are the first ones of
 * the whole, as texts, but for `loose` last ones, which the cut may change.
 */
export function keptBeforeCut(
  target: Pick<FuzzTarget, "read">,
  parts: (picture: Picture) => readonly string[],
  loose = 0,
): Rule {
  return whenRead((bytes, picture, random) => {
    const whole = parts(picture);
    for (const cut of cutsOf(bytes, random)) {
      const outcome = outcomeOf({ ...IDLE, ...target }, bytes.slice(0, cut));
      if (outcome.kind === "refused") continue;
      const kept = parts(outcome.picture);
      const wrong = kept
        .slice(0, Math.max(0, kept.length - loose))
        .findIndex((part, at) => part !== whole[at]);
      if (wrong >= 0) return `cut at ${cut}, part ${wrong} is ${kept[wrong]}, not ${whole[wrong]}`;
    }
    return undefined;
  });
}

/** Some places to cut a file. */
export function cutsOf(bytes: Uint8Array, random: Random): number[] {
  return Array.from({ length: CUTS }, () => random.below(bytes.length + 1));
}

const IDLE = {
  name: "",
  code: [],
  seeds: () => [],
  words: [],
  hasWindows: false,
  memory: () => 0,
} as const;
