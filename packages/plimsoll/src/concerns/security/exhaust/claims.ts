import type { Effect, PickleValue } from "@plimsoll/formats";

import { integerOf, integersOf, itemsOf, lengthOfRange } from "./numbers.ts";
import type { Allocation, AllocationFacts } from "./schema.ts";

/**
 * Bytes, elements or steps that one call may make of a number. Pickles hold what they make: arrays and tensors get
 * their content from the file, and only a pickle made to exhaust its loader asks by a number for a gigabyte (CWE-789).
 */
export const PICKLE_MAX_CLAIM = 1_073_741_824;

/** What a call asks for beyond what it may. */
export type Claim =
  /** `amount` bytes, elements or steps come out of a number. */
  | { readonly kind: "claims"; readonly amount: number }
  /** A tensor looks at elements that its storage does not have: torch enlarges the storage to hold them. */
  | { readonly kind: "beyond-storage"; readonly needs: number; readonly has: number };

type Call = Extract<Effect, { kind: "call" }>;

/** What a call asks for too much; undefined for a call that is not known to make anything by a number. */
export function claimOf({ callee, args }: Call, facts: AllocationFacts): Claim | undefined {
  if (callee.kind !== "global" || args.kind !== "tuple") return undefined;
  const known = facts.get(callee.module)?.get(callee.name);
  if (known !== undefined) return gravest(known, args.items);
  // torch rebuilds a tensor of a class of its own through the function that it is given.
  const isThrough = callee.name === "_rebuild_from_type_v2" && callee.module === "torch._tensor";
  const [through, , inner] = isThrough ? args.items : [];
  if (through?.kind !== "global" || inner?.kind !== "tuple") return undefined;
  return gravest(facts.get(through.module)?.get(through.name) ?? [], inner.items);
}

function gravest(known: readonly Allocation[], args: readonly PickleValue[]): Claim | undefined {
  for (const one of known) {
    if (one.makes === "view") return beyondStorage(args);
    const amount = amountOf(one, args);
    if (amount >= PICKLE_MAX_CLAIM) return { kind: "claims", amount };
  }
  return undefined;
}

function amountOf({ makes, argument }: Allocation, args: readonly PickleValue[]): number {
  const first = args[argument];
  switch (makes) {
    case "bytes":
      return integerOf(first) ?? 0;
    case "shape":
      return product(integersOf(first) ?? args.slice(argument).map((one) => integerOf(one) ?? 1));
    case "walk":
      return lengthOfRange(first) ?? 0;
    case "repeat":
      return Math.max(
        lengthOf(first) * (integerOf(args[argument + 1]) ?? 0),
        lengthOf(args[argument + 1]) * (integerOf(first) ?? 0),
      );
    case "power":
      return bitsOf(first) * Math.abs(integerOf(args[argument + 1]) ?? integerOf(first) ?? 0);
    case "view":
      return 0;
  }
}

/** Elements that a view reaches, against those that its storage has. */
function beyondStorage([storage, offset, sizes, strides]: readonly PickleValue[]):
  | Claim
  | undefined {
  const has = elementsOf(storage);
  const start = integerOf(offset);
  if (has === undefined || start === undefined) return undefined;
  const reach = reachOf(itemsOf(sizes), itemsOf(strides));
  if (reach === undefined || reach === 0) return undefined;
  const needs = start + reach;
  return needs > has ? { kind: "beyond-storage", needs, has } : undefined;
}

/** Elements from the first to the last that a tensor looks at; 0 for one of none, undefined where numbers are missing. */
function reachOf(
  sizes: readonly PickleValue[] | undefined,
  strides: readonly PickleValue[] | undefined,
): number | undefined {
  if (sizes === undefined || strides === undefined) return undefined;
  let reach = 1;
  for (let place = 0; place < sizes.length; place += 1) {
    const size = integerOf(sizes[place]);
    const stride = integerOf(strides[place]);
    if (size === undefined || stride === undefined) return undefined;
    if (size === 0) return 0;
    reach += (size - 1) * stride;
  }
  return reach;
}

/** Elements of the storage that a persistent id stands for: the last of the tuple, or of its part where it has one. */
function elementsOf(storage: PickleValue | undefined): number | undefined {
  if (storage?.kind !== "persid" || storage.id.kind !== "tuple") return undefined;
  const [, kind, , , elements, part] = storage.id.items;
  // Four bits an element: what such a storage counts is not what its tensors do.
  if (kind?.kind === "global" && /^QU?Int\dx\d/u.test(kind.name)) return undefined;
  if (part?.kind === "tuple") return integerOf(part.items[2]);
  return integerOf(elements);
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total * Math.max(0, one), numbers.length === 0 ? 0 : 1);
}

/** Items or characters of what can be repeated. */
function lengthOf(value: PickleValue | undefined): number {
  if (value === undefined) return 0;
  if ("length" in value && value.kind !== "long") return value.length;
  return value.kind === "list" || value.kind === "tuple" ? value.items.length : 0;
}

function bitsOf(value: PickleValue | undefined): number {
  const number = Math.abs(integerOf(value) ?? 0);
  return number <= 1 ? 0 : Math.log2(number);
}
