import type { PickleValue } from "@plimsoll/formats";

/** A container of data: what a call or the loader makes is a thing of its own, however much it holds. */
type Container = Extract<PickleValue, { items: unknown[]; kind: string } | { kind: "dict" }> & {
  readonly kind: "list" | "tuple" | "set" | "frozenset" | "dict";
};

/** How large a value is when everything that it holds several times is counted each time, and how deep. */
export type Expansion = { readonly size: number; readonly depth: number };

const LEAF: Expansion = { size: 1, depth: 0 };

/**
 * Measures what values come to when they are hashed, printed, compared or copied: a list of two of a list of two of …
 * is 40 small lists in the file and a trillion then (billion laughs, CWE-776). Each container is walked once.
 */
export class Expansions {
  /** What was measured; a container that is open still counts as one, and so do cycles. */
  readonly #known = new Map<Container, Expansion>();
  readonly #open = new Set<Container>();

  /** Measures a value; one that holds itself counts as one there. */
  of(value: PickleValue): Expansion {
    if (!isContainer(value)) return LEAF;
    const pending: Container[] = [value];
    for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
      if (!this.#known.has(next) && !this.#open.has(next)) {
        this.#open.add(next);
        const before = pending.length;
        for (const held of partsOf(next)) {
          if (isContainer(held) && !this.#known.has(held) && !this.#open.has(held)) {
            pending.push(held);
          }
        }
        if (pending.length > before) continue;
      }
      pending.pop();
      if (this.#open.delete(next)) this.#known.set(next, this.#measure(next));
    }
    return this.#known.get(value) ?? LEAF;
  }

  /** Calls `visit` with every key and item that Python hashes in what was measured so far. */
  hashed(visit: (value: PickleValue) => void): void {
    for (const container of this.#known.keys()) {
      if (container.kind === "dict") for (const key of container.keys) visit(key);
      if (container.kind === "set" || container.kind === "frozenset") {
        for (const item of container.items) visit(item);
      }
    }
  }

  #measure(container: Container): Expansion {
    let size = 1;
    let depth = 0;
    for (const held of partsOf(container)) {
      const own = isContainer(held) ? (this.#known.get(held) ?? LEAF) : LEAF;
      size += own.size;
      if (own.depth > depth) ({ depth } = own);
    }
    return { size, depth: depth + 1 };
  }
}

const CONTAINERS: ReadonlySet<string> = new Set(["list", "tuple", "set", "frozenset", "dict"]);

function isContainer(value: PickleValue): value is Container {
  return CONTAINERS.has(value.kind);
}

function* partsOf(container: Container): Generator<PickleValue> {
  if (container.kind !== "dict") return yield* container.items;
  yield* container.keys;
  yield* container.values;
}
