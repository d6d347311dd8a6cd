import { crc32 } from "node:zlib";

import type { FormatError } from "../../packages/formats/src/index.ts";

import type { AllocationCounter } from "./allocations.ts";
import { finding, findingOfError, type Finding } from "./finding.ts";
import { Random } from "./random.ts";
import { showOutcome } from "./show.ts";
import { outcomeOf, type FuzzTarget, type Outcome, type Picture } from "./target.ts";

/** Time that no file of a few KiB may take: a thousand times what one takes. */
const SLOW_MS = 1_000;

/** Times a slow file is read again before it is told: other programs use the machine too. */
const SLOW_TRIES = 3;

/** Faults that one reader keeps, and the one that ended it (MAX_FAULTS), for each of a file's parts. */
const FAULTS_MOST = 1_010;

/** Windows at which every refill happens, one at which none does, and odd ones between. */
const WINDOWS: readonly number[] = [1, 7, 65_536];

/** How closely a file is looked at, and what counts on the way. */
export type Examination = {
  /** True to read it at other windows as well, and to apply the rules: some ten times the work. */
  readonly deep: boolean;
  /** Without one, memory is not looked at. */
  readonly allocations: AllocationCounter | undefined;
};

/** Reads a file and tells the first thing that is wrong with how the reader took it. */
export function examine(
  target: FuzzTarget,
  bytes: Uint8Array,
  { deep, allocations }: Examination,
): Finding | undefined {
  try {
    allocations?.take();
    const start = performance.now();
    const outcome = outcomeOf(target, bytes);
    const ms = performance.now() - start;
    const asked = allocations?.take() ?? 0;
    const most = target.memory(bytes.length);
    if (asked > most) return finding("memory", `asks for ${asked} bytes of at most ${most}`);
    if (ms > SLOW_MS && isSlow(target, bytes)) return finding("slow", `takes ${Math.round(ms)} ms`);
    return (
      brokenAnswer(target, bytes, outcome) ??
      (deep ? brokenRule(target, bytes, outcome) : undefined)
    );
  } catch (error) {
    return findingOfError(error);
  }
}

function isSlow(target: FuzzTarget, bytes: Uint8Array): boolean {
  return Array.from({ length: SLOW_TRIES }).every(() => {
    const start = performance.now();
    outcomeOf(target, bytes);
    return performance.now() - start > SLOW_MS;
  });
}

/** What no answer may be, whichever reader gives it. */
function brokenAnswer(
  { offsetsMayLie }: FuzzTarget,
  bytes: Uint8Array,
  outcome: Outcome,
): Finding | undefined {
  const size = offsetsMayLie === undefined ? bytes.length : Infinity;
  if (outcome.kind === "refused") return brokenFault(outcome.error, size);
  const { faults, complete, unclaimed } = outcome.picture;
  if (!complete && faults.length === 0) return finding("answer", "incomplete without a fault");
  if (faults.length > FAULTS_MOST) return finding("answer", `${faults.length} faults`);
  for (const fault of faults) {
    const broken = brokenFault(fault, size);
    if (broken !== undefined) return broken;
  }
  return brokenRanges(unclaimed, bytes.length);
}

function brokenFault({ code, offset, message }: FormatError, size: number): Finding | undefined {
  if (size === Infinity || (Number.isInteger(offset) && offset >= 0 && offset <= size)) {
    return undefined;
  }
  return finding("answer", `fault ${code} at ${offset} of ${size}: ${message}`);
}

function brokenRanges(ranges: Picture["unclaimed"], size: number): Finding | undefined {
  const wrong = ranges.find(({ start, end }) => !(start >= 0 && start < end && end <= size));
  if (wrong === undefined) return undefined;
  return finding("answer", `bytes ${wrong.start} to ${wrong.end} of ${size} are unclaimed`);
}

/** Windows, and the rules of this reader. */
function brokenRule(target: FuzzTarget, bytes: Uint8Array, outcome: Outcome): Finding | undefined {
  if (target.hasWindows) {
    const expected = showOutcome(outcome);
    for (const window of WINDOWS) {
      const other = showOutcome(outcomeOf(target, bytes, window));
      if (other !== expected) return finding("window", difference(window, expected, other));
    }
  }
  // The file itself is the seed: what a rule tries is tried again when the file is a committed case.
  const random = new Random(crc32(bytes));
  for (const rule of target.rules ?? []) {
    const broken = rule(bytes, outcome, random);
    if (broken !== undefined) return finding("rule", broken);
  }
  return undefined;
}

function difference(window: number, expected: string, other: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === other[at]) at += 1;
  const from = Math.max(0, at - 40);
  const [one, two] = [expected, other].map((text) => text.slice(from, at + 60));
  return `window ${window} differs: ${two} instead of ${one}`;
}
