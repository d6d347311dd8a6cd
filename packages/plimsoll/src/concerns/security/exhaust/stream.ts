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
export function* excessesOf(stream: PickleStream, facts: AllocationFacts): Generator<Excess> {
  const expansions = new Expansions();
  const seen = new Set<PickleValue>();
  for (const effect of stream.effects) {
    const { offset } = effect;
    if (effect.kind === "call") {
      const claim = claimOf(effect, facts);
      if (claim !== undefined) yield { ...claim, offset, symbol: symbolOf(effect) };
    }
    for (const value of hashedBy(effect)) yield* hashing(value, expansions, seen, offset);
    for (const value of heldBy(effect)) yield* expanding(value, expansions, offset);
  }
  const { root, start } = stream;
  if (root !== undefined) yield* expanding(root, expansions, start);
  const hashed: PickleValue[] = [];
  expansions.hashed((value) => value.kind === "tuple" && hashed.push(value));
  for (const value of hashed) yield* hashing(value, expansions, seen, start);
}

function* hashing(
  value: PickleValue,
  expansions: Expansions,
  seen: Set<PickleValue>,
  offset: number,
): Generator<Excess> {
  if (value.kind !== "tuple" || seen.has(value)) return;
  seen.add(value);
  const { size, depth } = expansions.of(value);
  if (size < PICKLE_MAX_HASHED && depth < PICKLE_MAX_HASH_DEPTH) return;
  yield { kind: "hashes", size, depth, offset, symbol: "a tuple" };
}

function* expanding(value: PickleValue, expansions: Expansions, offset: number): Generator<Excess> {
  const { size } = expansions.of(value);
  if (size >= PICKLE_MAX_EXPANDED) {
    yield { kind: "expands", size, offset, symbol: `a ${value.kind}` };
  }
}

/** What an effect makes Python hash. */
function hashedBy(effect: Effect): readonly PickleValue[] {
  if (effect.kind === "item") return effect.keys;
  return effect.kind === "append" && effect.via === "ADDITEMS" ? effect.values : NOTHING;
}

/** Data that an effect hands to something else than a container, where the root does not show it. */
function heldBy(effect: Effect): readonly PickleValue[] {
  if (effect.kind === "state") return [effect.state];
  if (effect.kind === "call")
    return effect.args.kind === "tuple" ? deep(effect.args.items) : NOTHING;
  const isFilling = effect.kind === "item" || effect.kind === "append";
  return isFilling && effect.targetKind !== "container" ? deep(effect.values) : NOTHING;
}

const NOTHING: readonly PickleValue[] = [];

/** Lists and tuples that hold others: sizes and strides, of which a checkpoint has thousands, hold only numbers. */
function deep(values: readonly PickleValue[]): readonly PickleValue[] {
  let found: PickleValue[] | undefined;
  for (const value of values) if (isDeep(value)) (found ??= []).push(value);
  return found ?? NOTHING;
}

function isDeep(value: PickleValue): boolean {
  if (value.kind === "dict") return value.keys.length > 0;
  if (!("items" in value) || value.kind === "call") return false;
  return value.items.some((item) => "items" in item || item.kind === "dict");
}

function symbolOf({ callee }: Extract<Effect, { kind: "call" }>): string {
  return callee.kind === "global" ? `${callee.module}.${callee.name}` : "the result of a call";
}
