import { countOf, readCode } from "../npy/dtype.ts";
import type { CallValue, DictValue, Value } from "./values.ts";

/** How the data of an array stand behind its wrapper. */
export type ArrayLayout = {
  readonly dataBytes: number;
  readonly holdsPickle: boolean;
  /** A byte with the length of a padding, and that padding, stand before the elements. */
  readonly isAligned: boolean;
};

/** What the attributes of a wrapper say; undefined when they do not say it as joblib writes them. */
export function layoutOf(wrapper: CallValue): ArrayLayout | undefined {
  const attributes = attributesOf(wrapper.states ?? []);
  const shape = lengthsOf(attributes.get("shape"));
  const type = elementsOf(attributes.get("dtype"), 0);
  if (shape === undefined || type === undefined) return undefined;
  const dataBytes = countOf(shape) * type.itemBytes;
  if (!Number.isSafeInteger(dataBytes)) return undefined;
  const alignment = attributes.get("numpy_array_alignment_bytes") ?? { kind: "none" };
  return { dataBytes, holdsPickle: type.hasObject, isAligned: alignment.kind !== "none" };
}

/** Attributes that all states set, in a dict or in a pair of dicts; the last one counts. */
function attributesOf(states: readonly Value[]): ReadonlyMap<string, Value> {
  const attributes = new Map<string, Value>();
  const parts = states.flatMap((state) => (state.kind === "tuple" ? state.items : [state]));
  for (const part of parts) {
    for (const [name, value] of part.kind === "dict" ? entriesOf(part) : []) {
      attributes.set(name, value);
    }
  }
  return attributes;
}

function entriesOf({ keys, values }: DictValue): [string, Value][] {
  return keys.flatMap((key, place): [string, Value][] => {
    const value = values[place];
    return key.kind === "string" && key.value !== undefined && value !== undefined
      ? [[key.value, value]]
      : [];
  });
}

function lengthsOf(value: Value | undefined): number[] | undefined {
  if (value?.kind !== "tuple") return undefined;
  const lengths: number[] = [];
  for (const item of value.items) {
    if (item.kind !== "int" || typeof item.value !== "number" || item.value < 0) return undefined;
    lengths.push(item.value);
  }
  return lengths;
}

type Elements = { readonly itemBytes: number; readonly hasObject: boolean };

/** Types within types: a value graph may be cyclic (CWE-674). */
const MAX_DEPTH = 16;

/** Places in the state of a `numpy.dtype`, version 3. @see numpy/numpy numpy/_core/src/multiarray/descriptor.c */
const SUBTYPE = 2;
const FIELDS = 4;
const ITEM_SIZE = 5;
const FLAGS = 7;
const HAS_OBJECT = 1;

/** A `numpy.dtype`: a call with its code, and a state that may tell more. */
function elementsOf(value: Value | undefined, depth: number): Elements | undefined {
  if (value?.kind !== "call" || value.callee.kind !== "global" || depth > MAX_DEPTH)
    return undefined;
  if (!`.${value.callee.name}`.endsWith(".dtype")) return undefined;
  const [code] = value.args.kind === "tuple" ? value.args.items : [];
  const simple = code?.kind === "string" ? readCode(code.value ?? "") : undefined;
  if (simple === undefined) return undefined;
  const [state, ...more] = value.states ?? [];
  if (state === undefined) return simple;
  if (state.kind !== "tuple" || more.length > 0) return undefined;
  const flags = numberAt(state.items, FLAGS);
  const size = numberAt(state.items, ITEM_SIZE);
  const hasObject = simple.hasObject || innerHasObject(state.items, depth);
  // NumPy believes the flag. Where it contradicts the rest, no writer made it, and versions differ.
  if (flags === undefined || size === undefined || ((flags & HAS_OBJECT) !== 0) !== hasObject) {
    return undefined;
  }
  const isFlexible = /[SUVa]/.test(code?.kind === "string" ? (code.value ?? "") : "");
  return { itemBytes: isFlexible && size >= 0 ? size : simple.itemBytes, hasObject };
}

function numberAt(items: readonly Value[], place: number): number | undefined {
  const item = items[place];
  return item?.kind === "int" && typeof item.value === "number" ? item.value : undefined;
}

/** Whether a field, or the type of a subarray, is or has an object. */
function innerHasObject(state: readonly Value[], depth: number): boolean {
  const subtype = state[SUBTYPE];
  const fields = state[FIELDS];
  const inner = subtype?.kind === "tuple" ? [subtype] : [];
  const described = fields?.kind === "dict" ? fields.values : [];
  return [...inner, ...described].some((item) => {
    const type = item.kind === "tuple" ? item.items[0] : undefined;
    return elementsOf(type, depth + 1)?.hasObject === true;
  });
}
