/**
 * What a JSON text says.
 *
 * Objects are Maps, so that a key called `__proto__` is a key and nothing else. Integers beyond
 * 2^53−1 are bigints, so that an offset in a header is never rounded.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;
