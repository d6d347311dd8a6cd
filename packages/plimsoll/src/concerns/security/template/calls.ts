import type { TemplateNode } from "../../../model/templates/node.ts";
import { readNode } from "../../../model/templates/read-node.ts";
import { stepsOf } from "./exhaust.ts";
import { sight, type Sighting } from "./sighting.ts";
import type { Walk } from "./walk.ts";
import { isDunder } from "./words.ts";

/** Judges a call: only listed functions, the template's own macros, and listed methods may be called. */
export function* visitCall(
  rawCallee: unknown,
  args: readonly unknown[],
  walk: Walk,
): Generator<Sighting> {
  const callee = readNode(rawCallee);
  if (callee.kind === "name") {
    yield* visitFunction(callee.value, walk);
    const keeps = callee.value !== "raise_exception" && callee.value !== "strftime_now";
    yield* walk.visit(args, keeps ? "held" : "shown");
    if (callee.value === "range" && stepsOf(args, walk.sizes) > walk.facts.limits.range) {
      yield sight("exhausts", "range", "function");
    }
    return;
  }
  if (callee.kind === "member") return yield* visitMethod(callee, args, walk);
  yield* walk.visit([rawCallee], "shown");
  yield sight("call", callee.kind, "result");
  yield* walk.visit(args, "held");
}

function* visitFunction(name: string, walk: Walk): Generator<Sighting> {
  const { facts, bindings } = walk;
  if (isDunder(name)) yield sight("dunder", name, "function");
  else if (facts.reach.names.has(name)) yield sight("reach", name, "function");
  // A listed name that the template sets itself may be anything.
  else if (bindings.defined.has(name)) yield sight("call", name, "variable");
  else if (!facts.functions.has(name) && !bindings.macros.has(name)) {
    yield sight("call", name, "function");
  }
}

/** Methods that keep what they are given; the others only compare, cut or replace text. */
const KEEPERS = new Set(["append", "extend", "insert", "update", "get", "pop", "cycle"]);

function* visitMethod(
  callee: TemplateNode & { readonly kind: "member" },
  args: readonly unknown[],
  walk: Walk,
): Generator<Sighting> {
  yield* walk.visit([callee.object], "shown");
  const name = methodName(callee);
  if (name === undefined) {
    yield* walk.visit([callee.property], "shown");
    if (!holdsOnlyMacros(callee.object, walk)) yield sight("call", "[…]", "chosen method");
  } else if (isDunder(name)) yield sight("dunder", name, "method");
  else if (walk.facts.reach.attributes.has(name)) yield sight("reach", name, "method");
  else if (!walk.facts.methods.has(name)) yield sight("call", name, "method");
  // What a namespace or dict holds under a method's name is called in its place.
  else if (walk.bindings.values.has(`.${name}`)) yield sight("call", name, "member");
  yield* walk.visit(args, name !== undefined && !KEEPERS.has(name) ? "shown" : "held");
}

/** True for a list that holds the template's own macros and nothing else: some templates choose among them by number. */
function holdsOnlyMacros(
  raw: unknown,
  walk: Walk,
  seen: ReadonlySet<string> = new Set<string>(),
): boolean {
  const node = readNode(raw);
  const { macros, defined, values } = walk.bindings;
  if (node.kind === "list") {
    return node.items.every((item) => {
      const one = readNode(item);
      return one.kind === "name" && macros.has(one.value) && !defined.has(one.value);
    });
  }
  if (node.kind === "binary") {
    const both = [node.left, node.right];
    return node.operator === "+" && both.every((side) => holdsOnlyMacros(side, walk, seen));
  }
  if (node.kind !== "name" || !defined.has(node.value)) return false;
  if (seen.has(node.value)) return true;
  const more = new Set([...seen, node.value]);
  return (values.get(node.value) ?? []).every(
    (value) => value.kind === "expression" && holdsOnlyMacros(value.node, walk, more),
  );
}

function methodName(callee: TemplateNode & { readonly kind: "member" }): string | undefined {
  const property = readNode(callee.property);
  if (property.kind === "text") return property.value;
  return property.kind === "name" && !callee.computed ? property.value : undefined;
}
