/** How much a value of the interpreter would be when it is written out. */
export type Weight = {
  /** Characters of its texts, and some for each value around them. */
  readonly size: number;
  /** Levels of lists and mappings. */
  readonly depth: number;
};

/** Characters that a value counts for by itself: it takes some 64 bytes, however empty it is. */
export const VALUE_CHARS = 32;

/** Nesting of one value. What builds deeper ones wants to overflow a stack (CWE-674). */
const VALUE_MAX_DEPTH = 200;

/** Values looked at for one weighing: namespaces within namespaces could be walked for ever (CWE-834). */
const WEIGHING_MAX_VALUES = 150_000;

const TOO_HEAVY: Weight = { size: Number.POSITIVE_INFINITY, depth: VALUE_MAX_DEPTH };

/**
 * Weighs values of the interpreter, each list and mapping once.
 *
 * A list that holds one text a thousand times takes no memory until it is written out: what counts is what
 * it would be then. Lists and mappings of the interpreter never change after they are made; namespaces do,
 * so they, and what holds one, are weighed anew each time.
 */
export class Scales {
  readonly #known = new WeakMap<object, Weight>();
  #looked = 0;

  /** Weighs a value; what is nested too deep weighs without end. */
  weigh(value: unknown): Weight {
    this.#looked = 0;
    return this.#weigh(value, 0).weight;
  }

  #weigh(value: unknown, level: number): { readonly weight: Weight; readonly isFixed: boolean } {
    const held = heldBy(value);
    if (typeof held === "string") {
      return { weight: { size: held.length + VALUE_CHARS, depth: 0 }, isFixed: true };
    }
    const children = childrenOf(held);
    if (children === undefined) return { weight: { size: VALUE_CHARS, depth: 0 }, isFixed: true };
    this.#looked += 1;
    if (level > VALUE_MAX_DEPTH || this.#looked > WEIGHING_MAX_VALUES) {
      return { weight: TOO_HEAVY, isFixed: false };
    }
    const key = typeof value === "object" && value !== null ? value : children;
    const known = this.#known.get(key);
    if (known !== undefined) return { weight: known, isFixed: true };
    let size = VALUE_CHARS;
    let depth = 0;
    let isFixed = !isNamespace(value);
    for (const child of children) {
      const { weight, isFixed: isChildFixed } = this.#weigh(child, level + 1);
      size += weight.size;
      depth = Math.max(depth, weight.depth);
      isFixed &&= isChildFixed;
    }
    const weight = { size, depth: depth + 1 };
    if (isFixed) this.#known.set(key, weight);
    return { weight, isFixed };
  }
}

/** What a value of the interpreter holds: every one of them is an object with a member `value`. */
export function heldBy(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value ? value.value : undefined;
}

function childrenOf(held: unknown): readonly unknown[] | undefined {
  if (Array.isArray(held)) return held;
  if (!(held instanceof Map)) return undefined;
  // Keys are bare texts, which weigh like the values that hold one.
  const keys: readonly unknown[] = [...held.keys()].map((key: unknown) => ({ value: key }));
  return [...keys, ...held.values()];
}

function isNamespace(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    value.type === "NamespaceValue"
  );
}
