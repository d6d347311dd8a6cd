import type { Effect, PickleValue } from "@plimsoll/formats";

import type { Rule } from "./ruling.ts";
import type { AllowedCall } from "./schema.ts";
import { entryOf } from "./shapes/entries.ts";
import { fitInOrder, type Places } from "./shapes/fit.ts";
import type { Fitting } from "./shapes/fitting.ts";
import type { Misfit } from "./shapes/misfit.ts";
import type { Shape } from "./shapes/schema.ts";

/** Compares the arguments of a listed symbol with what was reviewed. */
export function judgeArguments(
  subject: string,
  { args, kwargs }: Extract<Effect, { kind: "call" }>,
  entry: AllowedCall,
  fitting: Fitting,
  rule: Rule,
): void {
  if (kwargs !== undefined && !(kwargs.kind === "dict" && kwargs.keys.length === 0)) {
    rule("arguments", subject, "is called with arguments by name, which nobody reviewed");
  }
  if (args.kind !== "tuple") {
    rule("arguments", subject, "is called with what only Python's slow reader unpacks");
    return;
  }
  const found = fitArguments(args.items, entry, fitting);
  if (found !== undefined) ruleOnMisfit(found.misfit, subject, `argument ${found.place + 1}`, rule);
}

/** Rules on a misfit; not when the work was spent, which the caller says once. */
export function ruleOnMisfit(
  { kind, what }: Misfit,
  subject: string,
  place: string,
  rule: Rule,
): void {
  switch (kind) {
    case "shape":
      return rule("arguments", subject, `is given what nobody reviewed, ${place}: ${what}`);
    case "code":
    case "nested":
      return rule("code-argument", subject, `is given code where data belongs, ${place}: ${what}`);
    case "dunder":
      return rule("dunder-state", what, "sets Python's own machinery on an object");
    case "unsettled":
      return undefined;
  }
}

function fitArguments(
  values: readonly PickleValue[],
  { args, more, rest }: AllowedCall,
  fitting: Fitting,
): { readonly misfit: Misfit; readonly place: number } | undefined {
  const applied = args.indexOf("args-of-first");
  if (applied === -1) return fitInOrder(values, { tuple: args, more, rest }, fitting);
  // What is handed through is compared with what the first argument may be called with, one level deep.
  const around = args.map((shape): Shape => (shape === "args-of-first" ? "any" : shape));
  const outer = fitInOrder(values, { tuple: around, more, rest }, fitting);
  if (outer !== undefined) return outer;
  const inner = values[applied];
  const places = placesOfFirst(values[0], fitting);
  // A first argument that is no listed callable did not fit above.
  if (inner === undefined || places === undefined) return undefined;
  if (inner.kind !== "tuple") {
    return { misfit: { kind: "shape", what: "arguments that are no tuple" }, place: applied };
  }
  const misfit = fitInOrder(inner.items, places, fitting)?.misfit;
  return misfit === undefined ? undefined : { misfit, place: applied };
}

function placesOfFirst(first: PickleValue | undefined, { facts }: Fitting): Places | undefined {
  const entry = first?.kind === "global" ? entryOf(first, facts) : undefined;
  if (entry?.use !== "call") return undefined;
  return { tuple: entry.args, more: entry.more, rest: entry.rest };
}
