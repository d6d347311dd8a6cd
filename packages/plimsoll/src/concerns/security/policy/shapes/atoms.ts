import type { PickleValue } from "@plimsoll/formats";

import { roleOf } from "./entries.ts";
import type { Fitting } from "./fitting.ts";
import { misfitOf } from "./misfit-of.ts";
import { UNSETTLED, type Misfit } from "./misfit.ts";
import { holdsPickle, isReadAsPickle, payloadOf } from "./payload.ts";
import { fitPlain } from "./plain.ts";
import type { Atom } from "./schema.ts";
import { describeValue } from "./words.ts";

/** Holds a value against a kind that needs no further words; undefined when it fits. */
export function fitAtom(value: PickleValue, atom: Atom, fitting: Fitting): Misfit | undefined {
  switch (atom) {
    case "plain":
      return fitPlain(value, [], fitting);
    case "ints":
    case "pairs":
      return fitItems(value, atom, fitting);
    case "text":
    case "bytes":
    case "payload":
    case "pickle":
      return fitPayload(value, atom, fitting);
    case "attributes":
      return fitAttributes(value, fitting);
    case "empty-ordered-dict":
      return isEmptyOrderedDict(value, fitting) ? undefined : misfitOf(value, atom, fitting);
    case "none":
    case "bool":
      return value.kind === atom ? undefined : misfitOf(value, atom, fitting);
    case "int":
    case "count":
    case "number":
      return isNumber(value, atom) ? undefined : misfitOf(value, atom, fitting);
    case "any":
      return undefined;
    case "args-of-first":
      // Only among arguments, which are compared where the first of them is known.
      return misfitOf(value, atom, fitting);
  }
}

function isNumber(value: PickleValue, atom: "int" | "count" | "number"): boolean {
  if (atom === "count") return value.kind === "int" && value.value >= 0;
  return isInteger(value) || (atom === "number" && value.kind === "float");
}

function isInteger(value: PickleValue): boolean {
  return value.kind === "int" || value.kind === "long";
}

function fitItems(
  value: PickleValue,
  atom: "ints" | "pairs",
  fitting: Fitting,
): Misfit | undefined {
  if (value.kind !== "list" && value.kind !== "tuple") return misfitOf(value, atom, fitting);
  for (const item of value.items) {
    if (!fitting.work.step()) return UNSETTLED;
    const fits =
      atom === "ints"
        ? isInteger(item)
        : (item.kind === "list" || item.kind === "tuple") && item.items.length === 2;
    if (!fits) return misfitOf(item, atom, fitting);
  }
  return undefined;
}

function fitPayload(
  value: PickleValue,
  atom: "text" | "bytes" | "payload" | "pickle",
  fitting: Fitting,
): Misfit | undefined {
  const payload =
    atom === "text" && value.kind !== "string" ? undefined : payloadOf(value, fitting);
  if (payload === undefined) return misfitOf(value, atom, fitting);
  if (atom === "payload") return undefined;
  if (atom === "pickle") {
    return isReadAsPickle(payload, fitting) ? undefined : misfitOf(value, atom, fitting);
  }
  return holdsPickle(payload, fitting)
    ? { kind: "nested", what: "a pickle where data belongs" }
    : undefined;
}

/** A dict of names and plain data, or the pair of such dicts that stands for attributes and slots. */
function fitAttributes(value: PickleValue, fitting: Fitting): Misfit | undefined {
  const parts = value.kind === "tuple" && value.items.length === 2 ? value.items : [value];
  for (const part of parts) {
    if (part.kind === "none" && parts.length === 2) continue;
    if (part.kind !== "dict") return misfitOf(value, "attributes", fitting);
    for (const key of part.keys) {
      if (!fitting.work.step()) return UNSETTLED;
      if (key.kind !== "string" || key.value === undefined) {
        return { kind: "shape", what: `${describeValue(key)} as the name of an attribute` };
      }
      if (key.value.startsWith("__")) return { kind: "dunder", what: key.value };
    }
    for (const held of part.values) {
      const misfit = fitPlain(held, [], fitting);
      if (misfit !== undefined) return misfit;
    }
  }
  return undefined;
}

/** Empty so far. What is put into it later is told there, when it was frozen. */
function isEmptyOrderedDict(value: PickleValue, fitting: Fitting): boolean {
  if (value.kind !== "call" || roleOf(value, fitting.facts) !== "ordered-dict") return false;
  if (fitting.touched.has(value)) return false;
  const { args } = value;
  if (args.kind !== "tuple") return false;
  // Python 2 hands over the list of no pairs.
  return args.items.every((item) => item.kind === "list" && item.items.length === 0);
}
