declare const UNIT: unique symbol;
type Unit<Name extends string> = { readonly [UNIT]: Name };

/** A count of bytes. */
export type Bytes = number & Unit<"bytes">;
/** A count of tokens. */
export type Tokens = number & Unit<"tokens">;

/** True when a number can count bytes or tokens: an integer, not negative, exact. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Narrows a number to bytes. */
export function isBytes(value: number): value is Bytes {
  return isCount(value);
}

/** Narrows a number to tokens. */
export function isTokens(value: number): value is Tokens {
  return isCount(value);
}

const STEPS = ["KB", "MB", "GB", "TB", "PB"] as const;

/** Writes bytes as people read file sizes: decimal steps, three digits (`98.2 MB`). */
export function formatBytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  let value = count;
  let unit: string = "bytes";
  for (const step of STEPS) {
    if (value < 999.5) break;
    value /= 1000;
    unit = step;
  }
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** Writes bytes as memory is read: binary steps (`4.9 GiB`). */
export function formatMemory(count: number): string {
  const gib = count / 2 ** 30;
  if (gib >= 1) return `${gib.toFixed(1)} GiB`;
  return `${(count / 2 ** 20).toFixed(count < 2 ** 20 ? 2 : 0)} MiB`;
}
