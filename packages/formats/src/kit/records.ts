/** A field of a little-endian record: name, width in bytes (or "bytes" as given), value unless overridden. */
export type Field<K extends string> = readonly [
  name: K,
  width: number | "bytes",
  value?: number | bigint,
];

/** Values for fields; lengths are not adjusted to them, so that every field may lie. */
export type Overrides<K extends string> = {
  readonly [name in K]?: number | bigint | string | Uint8Array;
};

/** Writes the fields in order; those without a value are zero, or nothing where they are bytes. */
export function layOut<K extends string>(
  fields: readonly Field<K>[],
  values: Overrides<K>,
): Uint8Array {
  return concat(
    fields.map(([name, width, preset]) => {
      const value = values[name] ?? preset ?? (width === "bytes" ? "" : 0);
      if (typeof value === "string" || value instanceof Uint8Array) return text(value);
      return integer(value, width === "bytes" ? 0 : width);
    }),
  );
}

/** The bytes of a text in UTF-8; bytes pass through. */
export function text(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

/** Puts the parts together. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An integer in `width` bytes, little-endian, cut to what fits. */
function integer(value: number | bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let index = 0; index < width; index += 1) {
    bytes[index] = Number(BigInt.asUintN(8, rest));
    rest >>= 8n;
  }
  return bytes;
}
