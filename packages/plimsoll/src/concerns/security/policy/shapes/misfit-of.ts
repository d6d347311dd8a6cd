import type { PickleValue } from "@plimsoll/formats";

import { entryOf } from "./entries.ts";
import type { Fitting } from "./fitting.ts";
import type { Misfit } from "./misfit.ts";
import type { Shape } from "./schema.ts";
import { describeShape, describeValue } from "./words.ts";

/** Says that a value is something else than a shape asks for: code where data belongs, or only another thing. */
export function misfitOf(value: PickleValue, shape: Shape, { facts }: Fitting): Misfit {
  const what = `${describeValue(value)} where ${describeShape(shape)} belongs`;
  if (value.kind !== "global") return { kind: "shape", what };
  const isReference = entryOf(value, facts)?.use === "reference";
  return { kind: isReference || asksForClass(shape, facts) ? "shape" : "code", what };
}

/** Whether a class, function or other named symbol belongs in a place. */
export function asksForClass(shape: Shape, facts: Fitting["facts"]): boolean {
  if (typeof shape === "string") return false;
  if ("class" in shape || "class-of" in shape) return true;
  return "is" in shape && shape.is.some((role) => facts.referenceRoles.has(role));
}
