import type { GuardDecision, GuardEdit, Scanner, ScanStep } from "../../kernel/guard.ts";
import type { Halt, PolicyGuard } from "./guards.ts";

/** A guard at work on one channel, with what it has said so far. */
export type Watcher = {
  readonly guard: PolicyGuard;
  readonly scanner: Scanner;
  /** Offset before which this guard cannot change anything any more. */
  safe: number;
  /** True when the guard failed and the policy lets the text through unwatched. */
  isBlind: boolean;
};

/** What one push made of one guard. */
export type Watched = {
  readonly edits: readonly GuardEdit[];
  readonly halt?: Halt;
};

/**
 * Reads what a guard answered.
 *
 * A guard is our own code and may still be wrong: an answer that makes no sense counts as a failure of the guard
 * and is decided by policy, closed by default, never taken as an "allow".
 */
export function readStep(watcher: Watcher, step: ScanStep, from: number, to: number): Watched {
  const { safe, edits, decision } = step;
  if (!isSensible(step, watcher.safe, to)) return failed(watcher, to, "it answered nonsense");
  watcher.safe = safe;
  const halt = haltOf(watcher.guard, edits, decision);
  const late = edits.find(({ start, end }) => start < from && end > from);
  // What begins in text that has left can only be stopped from going on.
  if (late !== undefined && watcher.guard.mode !== "observe") {
    return { edits: [], halt: halt ?? stop("block", watcher.guard, late.type) };
  }
  return { edits: edits.filter(({ start }) => start >= from), ...(halt && { halt }) };
}

/** What becomes of a guard that threw, was late, or answered nonsense. */
export function failed(watcher: Watcher, to: number, reason: string): Watched {
  const { guard } = watcher;
  if (guard.onError === "observe") {
    watcher.isBlind = true;
    watcher.safe = to;
    return { edits: [] };
  }
  return { edits: [], halt: stop(guard.onError, guard, `the guard failed: ${reason}`) };
}

function isSensible({ safe, edits }: ScanStep, before: number, to: number): boolean {
  let at = 0;
  for (const { start, end } of edits) {
    if (!(start >= at && end > start && end <= to)) return false;
    at = end;
  }
  return Number.isSafeInteger(safe) && safe >= before && safe <= to;
}

function haltOf(
  guard: PolicyGuard,
  edits: readonly GuardEdit[],
  decision: GuardDecision | undefined,
): Halt | undefined {
  if (guard.mode === "observe") return undefined;
  if (decision?.kind === "block" || decision?.kind === "hold") {
    return stop(decision.kind, guard, decision.reason);
  }
  const { holdTypes } = guard;
  if (holdTypes !== undefined && guard.mode !== "block") {
    const held = edits.find(({ type }) => holdTypes.includes(type));
    if (held !== undefined) return stop("hold", guard, held.type);
  }
  const [first] = edits;
  if (first === undefined || guard.mode === "redact") return undefined;
  return stop(guard.mode, guard, first.type);
}

function stop(kind: Halt["kind"], guard: PolicyGuard, reason: string): Halt {
  return { kind, guard: guard.id, reason };
}
