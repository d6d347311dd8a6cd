import type { PickleValue } from "@plimsoll/formats";

import { fitAtom } from "./atoms.ts";
import { entryOf, isToldElsewhere, roleOf } from "./entries.ts";
import type { Fitting } from "./fitting.ts";
import { asksForClass, misfitOf } from "./misfit-of.ts";
import { gravestOf, UNSETTLED, type Misfit } from "./misfit.ts";
import { fitPlain } from "./plain.ts";
import type { Shape } from "./schema.ts";

/**
 * Holds a value against a shape; undefined when it fits.
 *
 * It recurses into the shape, which is ours and shallow, never into the value, which is an attacker's and deep.
 * What was told elsewhere fits everywhere: it must not be told twice.
 */
export function fit(value: PickleValue, shape: Shape, fitting: Fitting): Misfit | undefined {
  if (!fitting.work.step()) return UNSETTLED;
  if (typeof shape === "string" && isData(value)) return fitAtom(value, shape, fitting);
  if (shape === "any" || isToldElsewhere(value, fitting.facts)) return undefined;
  if (isUnlistedClass(value, shape, fitting.facts)) return undefined;
  if (typeof shape === "string") return fitAtom(value, shape, fitting);
  if ("either" in shape) return fitEither(value, shape.either, fitting);
  if ("frozen" in shape) return fitFrozen(value, shape.frozen, fitting);
  if ("with" in shape) return fitPlain(value, shape.with, fitting);
  if ("list" in shape) {
    return isSequence(value)
      ? fitEach(value.items, shape.list, fitting)
      : misfitOf(value, shape, fitting);
  }
  if ("dict" in shape) {
    return value.kind === "dict"
      ? fitEach(value.values, shape.dict, fitting)
      : misfitOf(value, shape, fitting);
  }
  if ("tuple" in shape) {
    if (value.kind !== "tuple") return misfitOf(value, shape, fitting);
    return fitInOrder(value.items, shape, fitting)?.misfit;
  }
  return isNamed(value, shape, fitting) ? undefined : misfitOf(value, shape, fitting);
}

/** Numbers, texts and containers of a pickle's own: most of what is compared, and nothing that was told elsewhere. */
function isData({ kind }: PickleValue): boolean {
  return kind === "int" || kind === "string" || kind === "tuple" || kind === "bool";
}

/** A class that is not listed where a class belongs: that was told where it was imported. */
function isUnlistedClass(value: PickleValue, shape: Shape, facts: Fitting["facts"]): boolean {
  return (
    value.kind === "global" && entryOf(value, facts) === undefined && asksForClass(shape, facts)
  );
}

/** Shapes by place: all of `tuple`, then as many of `more` as there are, then `rest` without end. */
export type Places = {
  readonly tuple: readonly Shape[];
  readonly more?: readonly Shape[] | undefined;
  readonly rest?: Shape | undefined;
};

const NO_SHAPES: readonly Shape[] = [];

/** Holds values against shapes by their place; the gravest misfit with its place, counted from 0. */
export function fitInOrder(
  values: readonly PickleValue[],
  { tuple, more = NO_SHAPES, rest }: Places,
  fitting: Fitting,
): { readonly misfit: Misfit; readonly place: number } | undefined {
  let found: { misfit: Misfit; place: number }[] | undefined;
  if (values.length < tuple.length) {
    const what = `there are ${values.length} of ${tuple.length}`;
    found = [{ misfit: { kind: "shape", what }, place: values.length }];
  }
  // By number: this runs for every argument of every call, and an iterator of pairs makes one each.
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place];
    if (value === undefined) continue;
    const shape = place < tuple.length ? tuple[place] : (more[place - tuple.length] ?? rest);
    const misfit = shape === undefined ? surplus(value, fitting) : fit(value, shape, fitting);
    if (misfit !== undefined) (found ??= []).push({ misfit, place });
    if (fitting.work.isSpent) break;
  }
  if (found === undefined) return undefined;
  const gravest = gravestOf(found.map(({ misfit }) => misfit));
  return found.find(({ misfit }) => misfit === gravest);
}

/** One value more than belongs there. */
function surplus(value: PickleValue, fitting: Fitting): Misfit {
  return misfitOf(value, "none", fitting);
}

function fitEach(
  values: readonly PickleValue[],
  shape: Shape,
  fitting: Fitting,
): Misfit | undefined {
  if (shape === "any") return undefined;
  for (const value of values) {
    const misfit = fit(value, shape, fitting);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function fitEither(
  value: PickleValue,
  shapes: readonly Shape[],
  fitting: Fitting,
): Misfit | undefined {
  const misfits: Misfit[] = [];
  for (const shape of shapes) {
    const misfit = fit(value, shape, fitting);
    if (misfit === undefined) return undefined;
    misfits.push(misfit);
  }
  // A class may belong here even though data may, too: then a symbol is only the wrong class.
  const wrongClass = misfits.find(({ kind }) => value.kind === "global" && kind === "shape");
  return wrongClass ?? gravestOf(misfits);
}

function fitFrozen(value: PickleValue, shape: Shape, fitting: Fitting): Misfit | undefined {
  fitting.frozen.add(value);
  return fit(value, shape, fitting);
}

type Named = Exclude<
  Shape,
  string | { readonly either: unknown } | { readonly list: unknown } | { readonly tuple: unknown }
>;

/** Whether a text, a role or a symbol is the one that was asked for. */
function isNamed(value: PickleValue, shape: Named, fitting: Fitting): boolean {
  const { facts } = fitting;
  if ("text" in shape) return value.kind === "string" && shape.text.includes(value.value ?? "");
  if ("begins" in shape) {
    const text = value.kind === "string" ? value.value : undefined;
    return text !== undefined && shape.begins.some((begin) => text.startsWith(begin));
  }
  if ("is" in shape) {
    const role = roleOf(value, facts);
    if (role === undefined || !shape.is.includes(role)) return false;
    return shape.first === undefined || isMadeWith(value, shape.first, fitting);
  }
  if (value.kind !== "global") return false;
  if ("class" in shape) {
    return (
      entryOf(value, facts) !== undefined && shape.class.includes(`${value.module}.${value.name}`)
    );
  }
  const entry = entryOf(value, facts);
  return "class-of" in shape && entry?.use === "call" && shape["class-of"].includes(entry.gives);
}

function isMadeWith(value: PickleValue, first: Shape, fitting: Fitting): boolean {
  const made =
    value.kind === "call" && value.args.kind === "tuple" ? value.args.items[0] : undefined;
  return made !== undefined && fit(made, first, fitting) === undefined;
}

function isSequence(
  value: PickleValue,
): value is Extract<PickleValue, { readonly items: unknown }> & { kind: "list" | "tuple" } {
  return value.kind === "list" || value.kind === "tuple";
}
