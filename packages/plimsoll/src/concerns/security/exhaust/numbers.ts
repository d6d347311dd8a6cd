import type { PickleValue } from "@plimsoll/formats";

/** An integer of a pickle as a float, good for comparing with a limit; undefined for what is none. */
export function integerOf(value: PickleValue | undefined): number | undefined {
  if (value?.kind === "int") return Number(value.value);
  // Too long to be loaded: no memory has so many.
  return value?.kind === "long" ? Number.POSITIVE_INFINITY : undefined;
}

/** Integers of a list, a tuple or a `torch.Size`; undefined when something else is among them. */
export function integersOf(value: PickleValue | undefined): readonly number[] | undefined {
  const items = itemsOf(value);
  if (items === undefined) return undefined;
  const numbers = items.map((item) => integerOf(item));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

/** Items of a list, a tuple or a `torch.Size`. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (value?.kind === "tuple" || value?.kind === "list") return value.items;
  if (value?.kind !== "call" || value.args.kind !== "tuple") return undefined;
  const { callee } = value;
  const isSize = callee.kind === "global" && callee.module === "torch" && callee.name === "Size";
  return isSize ? itemsOf(value.args.items[0]) : undefined;
}

/** How many numbers a `range` has; undefined for what is none, or is not made of integers. */
export function lengthOfRange(value: PickleValue | undefined): number | undefined {
  if (value?.kind !== "call" || value.args.kind !== "tuple") return undefined;
  const { callee, args } = value;
  if (callee.kind !== "global" || callee.name !== "range" || callee.module !== "builtins") {
    return undefined;
  }
  const numbers = integersOf(args);
  if (numbers === undefined || numbers.length === 0 || numbers.length > 3) return undefined;
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  return step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
}
