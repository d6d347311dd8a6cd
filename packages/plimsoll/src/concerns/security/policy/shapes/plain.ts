import type { PickleValue } from "@plimsoll/formats";

import { entryOf, isToldElsewhere, roleOf } from "./entries.ts";
import type { Fitting } from "./fitting.ts";
import { UNSETTLED, type Misfit } from "./misfit.ts";
import { holdsPickle } from "./payload.ts";
import { describeValue } from "./words.ts";

/** Roles of instances that are data themselves. */
const DATA_ROLES: ReadonlySet<string> = new Set(["data", "bytes"]);

/** Roles of instances that hold what they were given. */
const HOLDER_ROLES: ReadonlySet<string> = new Set(["ordered-dict", "container"]);

/**
 * Whether a value is data all the way down, but for things of the roles in `besides`.
 *
 * The graph may be cyclic and a million levels deep: a work list, and each value once.
 */
export function fitPlain(
  value: PickleValue,
  besides: readonly string[],
  fitting: Fitting,
): Misfit | undefined {
  const known = knownPlain(besides, fitting);
  const visited = new Set<PickleValue>();
  const pending: PickleValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (visited.has(next) || known.has(next)) continue;
    if (!fitting.work.step()) return UNSETTLED;
    visited.add(next);
    const misfit = visit(next, besides, fitting, pending);
    if (misfit !== undefined) return misfit;
  }
  // What was seen is final: later changes are in the graph already.
  for (const seen of visited) known.add(seen);
  return undefined;
}

function knownPlain(besides: readonly string[], { plain }: Fitting): Set<PickleValue> {
  const key = besides.join(" ");
  const known = plain.get(key) ?? new Set();
  plain.set(key, known);
  return known;
}

function visit(
  value: PickleValue,
  besides: readonly string[],
  fitting: Fitting,
  pending: PickleValue[],
): Misfit | undefined {
  switch (value.kind) {
    case "none":
    case "bool":
    case "int":
    case "long":
    case "float":
      return undefined;
    case "string":
    case "bytes":
    case "bytearray":
      return holdsPickle(value, fitting)
        ? { kind: "nested", what: "a pickle within a text or bytes" }
        : undefined;
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
      addAll(pending, value.items);
      return undefined;
    case "dict":
      addAll(pending, value.keys);
      addAll(pending, value.values);
      return undefined;
    case "global":
    case "unresolved":
    case "call":
    case "persid":
    case "ext":
    case "buffer":
      return visitMade(value, besides, fitting, pending);
  }
}

function visitMade(
  value: PickleValue,
  besides: readonly string[],
  fitting: Fitting,
  pending: PickleValue[],
): Misfit | undefined {
  const { facts } = fitting;
  if (isToldElsewhere(value, facts)) return undefined;
  const role = roleOf(value, facts);
  if (role !== undefined && (DATA_ROLES.has(role) || besides.includes(role))) return undefined;
  if (value.kind === "call" && role !== undefined && HOLDER_ROLES.has(role)) {
    const { args, entries, items, states } = value;
    // The class that a defaultdict was given is no content; its shape is compared where it was called.
    const given = args.kind === "tuple" ? args.items.filter((item) => item.kind !== "global") : [];
    for (const held of [given, entries?.keys, entries?.values, items, states]) {
      if (held !== undefined) addAll(pending, held);
    }
    return undefined;
  }
  const isReference = value.kind === "global" && entryOf(value, facts)?.use === "reference";
  const kind = value.kind === "global" && !isReference ? "code" : "shape";
  return { kind, what: describeValue(value) };
}

/** Not `push(...more)`: that puts every value on the call stack, and there may be a million. */
function addAll(pending: PickleValue[], values: readonly PickleValue[]): void {
  for (const value of values) pending.push(value);
}
