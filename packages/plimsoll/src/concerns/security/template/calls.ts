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
    if (callee.value === "range" && stepsOf(args) > walk.facts.limits.range) {
      yield sight("exhausts", "range", "function");
    }
    return;
  }
  if (callee.kind === "member") yield* visitMethod(callee, args, walk);
  else {
    yield* walk.visit([rawCallee], "shown");
    yield sight("call", callee.kind, "result");
    yield* walk.visit(args, "held");
  }
}

function* visitFunction(name: string, walk: Walk): Generator<Sighting> {
  const { facts, bindings } = walk;
  if (isDunder(name)) yield sight("dunder", name, "function");
  else if (facts.reach.names.has(name)) yield sight("reach", name, "function");
  // A listed name that the template sets itself may be anything.
  else if (bindings.values.has(name)) yield sight("call", name, "variable");
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
    yield sight("constructed-key", "[…]()", "method");
  } else if (isDunder(name)) yield sight("dunder", name, "method");
  else if (walk.facts.reach.attributes.has(name)) yield sight("reach", name, "method");
  else if (!walk.facts.methods.has(name)) yield sight("call", name, "method");
  yield* walk.visit(args, name !== undefined && !KEEPERS.has(name) ? "shown" : "held");
}

function methodName(callee: TemplateNode & { readonly kind: "member" }): string | undefined {
  const property = readNode(callee.property);
  if (property.kind === "text") return property.value;
  return property.kind === "name" && !callee.computed ? property.value : undefined;
}
