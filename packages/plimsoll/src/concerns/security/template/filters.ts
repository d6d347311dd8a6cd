import { readNode } from "../../../model/templates/read-node.ts";
import { visitKey, visitPath } from "./names.ts";
import { sight, type Sighting } from "./sighting.ts";
import type { Use, Walk } from "./walk.ts";

/** Judges a filter with its arguments. */
export function* visitFilter(raw: unknown, use: Use, walk: Walk): Generator<Sighting> {
  const filter = readNode(raw);
  if (filter.kind === "name") return yield* visitFilterName(filter.value, walk);
  const named = filter.kind === "call" ? readNode(filter.callee) : undefined;
  if (filter.kind !== "call" || named?.kind !== "name") {
    yield sight("call", filter.kind, "filter");
    return yield* walk.visit([raw], "shown");
  }
  yield* visitFilterName(named.value, walk);
  yield* visitArguments(named.value, filter.args, use, walk);
}

function* visitFilterName(name: string, walk: Walk): Generator<Sighting> {
  if (walk.facts.reach.filters.has(name)) yield sight("reach", name, "filter");
  else if (!walk.facts.filters.has(name)) yield sight("unlisted", name, "filter");
}

type Meaning = "filter" | "test" | "attribute" | "value";

/** What the arguments of filters mean that take a name and look it up, by position; `attribute=` is one for all. */
const MEANINGS: ReadonlyMap<string, readonly Meaning[]> = new Map<string, readonly Meaning[]>([
  ["map", ["filter"]],
  ["select", ["test"]],
  ["reject", ["test"]],
  ["selectattr", ["attribute", "test"]],
  ["rejectattr", ["attribute", "test"]],
  ["groupby", ["attribute"]],
  ["sum", ["attribute"]],
  ["join", ["value", "attribute"]],
  ["sort", ["value", "value", "attribute"]],
  ["unique", ["value", "attribute"]],
  ["min", ["value", "attribute"]],
  ["max", ["value", "attribute"]],
]);

function* visitArguments(
  filter: string,
  args: readonly unknown[],
  use: Use,
  walk: Walk,
): Generator<Sighting> {
  const meanings = meaningsOf(filter, args);
  for (const [index, raw] of args.entries()) {
    const arg = readNode(raw);
    if (arg.kind === "keyword") {
      const attribute = arg.name === "attribute";
      yield* visitArgument(attribute ? "attribute" : "value", arg.value, use, walk);
    } else if (arg.kind === "spread") {
      yield* walk.visit([raw], "held");
      // Which argument an unpacked list fills is not to be seen.
      if (meanings.length > 0) yield sight("constructed-key", filter, "filter");
    } else {
      yield* visitArgument(meanings[index] ?? "value", raw, use, walk);
    }
  }
}

/** `map` hands the arguments behind a filter's name on to that filter. */
function meaningsOf(filter: string, args: readonly unknown[]): readonly Meaning[] {
  const own = MEANINGS.get(filter) ?? [];
  const [first, ...rest] = args;
  const named = filter === "map" && first !== undefined ? readNode(first) : undefined;
  return named?.kind === "text" ? [...own, ...meaningsOf(named.value, rest)] : own;
}

function* visitArgument(meaning: Meaning, raw: unknown, use: Use, walk: Walk): Generator<Sighting> {
  const arg = readNode(raw);
  if (meaning === "value") return yield* walk.visit([raw], use);
  if (meaning === "attribute") {
    // A method that is handed over can be called later; `format` is the one that reaches attributes.
    if (arg.kind === "text" && arg.value.split(".").includes("format")) {
      yield sight("unlisted", "format", "kept method");
    }
    return yield* arg.kind === "text" ? visitPath(arg.value, walk) : visitKey(arg, raw, walk);
  }
  if (arg.kind !== "text") {
    yield sight("constructed-key", arg.kind, meaning);
    return yield* walk.visit([raw], "shown");
  }
  if (meaning === "filter") yield* visitFilterName(arg.value, walk);
  else if (!walk.facts.tests.has(arg.value)) yield sight("unlisted", arg.value, "test");
}
