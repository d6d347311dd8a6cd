/** Constructors of memory outside the heap, whose size a header could choose. */
const NAMES = [
  "Uint8Array",
  "Uint16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
  "BigUint64Array",
  "ArrayBuffer",
] as const;

/** Counts the bytes of arrays that are asked for; `stop` puts everything back. */
export type AllocationCounter = {
  /** Bytes asked for since the last call. */
  readonly take: () => number;
  readonly stop: () => void;
};

/**
 * Puts counting constructors in place of the global ones, for a fuzzing process alone.
 *
 * The limits of an engine's heap do not see this memory, so that a length read from a file and passed
 * to a constructor shows here and nowhere else. What native code allocates (node:zlib) is not counted.
 */
export function countAllocations(): AllocationCounter {
  let bytes = 0;
  const add = (count: number): void => {
    bytes += count;
  };
  const originals = NAMES.map((name) => [name, Reflect.get(globalThis, name)] as const);
  for (const [name, original] of originals) {
    if (typeof original === "function") {
      Reflect.set(globalThis, name, counting(original, add));
    }
  }
  return {
    take: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    stop: () => {
      for (const [name, original] of originals) Reflect.set(globalThis, name, original);
    },
  };
}

function counting(constructor: object, add: (bytes: number) => void): object {
  const width: unknown = Reflect.get(constructor, "BYTES_PER_ELEMENT");
  const itemBytes = typeof width === "number" ? width : 1;
  return new Proxy(constructor, {
    construct(original, args: unknown[], asked) {
      const [first] = args;
      if (typeof first === "number") add(first * itemBytes);
      else if (Array.isArray(first)) add(first.length * itemBytes);
      // A proxy of a constructor is one; what it makes is made by the original.
      return typeof original === "function" ? Reflect.construct(original, args, asked) : {};
    },
  });
}
