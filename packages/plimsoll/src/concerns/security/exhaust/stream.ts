import type { Effect, PickleStream, PickleValue } from "@plimsoll/formats";

import { claimOf, type Claim } from "./claims.ts";
import { Expansions } from "./expansion.ts";
import type { AllocationFacts } from "./schema.ts";

/** Values that Python may visit to hash one key: a tuple of tuples is walked again each time (CWE-407). */
export const PICKLE_MAX_HASHED = 10_000_000;

/** Tuples within tuples of one key: hashing calls itself at each, and past the end of the stack the process ends (CWE-674). */
export const PICKLE_MAX_HASH_DEPTH = 10_000;

/** Values that data may come to when what is held twice is counted twice: a few kilobytes can be a trillion (CWE-776). */
export const PICKLE_MAX_EXPANDED = 1_000_000_000;

/** What loading one stream, or looking at what it gives, would take too much of. */
export type Excess = { readonly offset: number; readonly symbol: string } & (
  | Claim
  /** A key that is walked, at loading, for longer than anybody waits; or deeper than the stack is. */
  | { readonly kind: "hashes"; readonly size: number; readonly depth: number }
  | { readonly kind: "expands"; readonly size: number }
);

/** Everything in a stream that asks for more than there is, in the order in which loading comes to it. */
export function excessesOf(stream: PickleStream, facts: AllocationFacts): readonly Excess[] {
  const weighing: Weighing = { found: [], expansions: new Expansions(), hashed: new Set() };
  for (const effect of stream.effects) weighEffect(effect, facts, weighing);
  const { root, start } = stream;
  if (root !== undefined) weighData(root, start, weighing);
  weighing.expansions.hashed((value) => {
    weighKey(value, start, weighing);
  });
  return weighing.found;
}

type Weighing = {
  readonly found: Excess[];
  readonly expansions: Expansions;
  /** Keys that were weighed: the same one is told once. */
  readonly hashed: Set<PickleValue>;
};

function weighEffect(effect: Effect, facts: AllocationFacts, weighing: Weighing): void {
  const { kind, offset } = effect;
  if (kind === "call") {
    const claim = claimOf(effect, facts);
    if (claim !== undefined) weighing.found.push({ ...claim, offset, symbol: symbolOf(effect) });
    if (effect.args.kind === "tuple") weighHeld(effect.args.items, offset, weighing);
  } else if (kind === "state") {
    weighData(effect.state, offset, weighing);
  } else if (kind === "item") {
    for (const key of effect.keys) weighKey(key, offset, weighing);
    // What a container holds is weighed with the container.
    if (effect.targetKind !== "container") weighHeld(effect.values, offset, weighing);
  } else if (kind === "append") {
    if (effect.via === "ADDITEMS") {
      for (const item of effect.values) weighKey(item, offset, weighing);
    }
    if (effect.targetKind !== "container") weighHeld(effect.values, offset, weighing);
  }
}

/** Weighs what Python hashes. */
function weighKey(
  value: PickleValue,
  offset: number,
  { found, expansions, hashed }: Weighing,
): void {
  if (value.kind !== "tuple" || hashed.has(value)) return;
  hashed.add(value);
  const { size, depth } = expansions.of(value);
  if (size < PICKLE_MAX_HASHED && depth < PICKLE_MAX_HASH_DEPTH) return;
  found.push({ kind: "hashes", size, depth, offset, symbol: "a tuple" });
}

function weighData(value: PickleValue, offset: number, { found, expansions }: Weighing): void {
  const { size } = expansions.of(value);
  if (size < PICKLE_MAX_EXPANDED) return;
  found.push({ kind: "expands", size, offset, symbol: `a ${value.kind}` });
}

/**
 * Weighs data that a call or another object is given. Sizes and strides, of which a checkpoint has thousands, hold
 * only numbers: they are passed over.
 */
function weighHeld(values: readonly PickleValue[], offset: number, weighing: Weighing): void {
  for (const value of values) if (isDeep(value)) weighData(value, offset, weighing);
}

function isDeep(value: PickleValue): boolean {
  if (value.kind === "dict") return value.keys.length > 0;
  if (value.kind !== "tuple" && value.kind !== "list") return value.kind === "frozenset";
  for (const { kind } of value.items) {
    if (kind === "tuple" || kind === "list" || kind === "dict" || kind === "frozenset") return true;
  }
  return false;
}

function symbolOf({ callee }: Extract<Effect, { kind: "call" }>): string {
  return callee.kind === "global" ? `${callee.module}.${callee.name}` : "the result of a call";
}
