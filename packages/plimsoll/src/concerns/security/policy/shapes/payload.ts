import type { PickleValue } from "@plimsoll/formats";

import type { Fitting } from "./fitting.ts";
import { roleOf } from "./entries.ts";

/** The text or bytes that a value holds: itself, or what it was made of. */
export function payloadOf(value: PickleValue, fitting: Fitting): PickleValue | undefined {
  if (value.kind === "string" || value.kind === "bytes" || value.kind === "bytearray") return value;
  if (value.kind !== "call" || roleOf(value, fitting.facts) !== "bytes") return undefined;
  const [first] = value.args.kind === "tuple" ? value.args.items : [];
  // Bytes made of nothing hold nothing: they are their own payload.
  return first === undefined ? value : first;
}

/** Whether a text or bytes hold a pickle that was read to its end, or that did something. */
export function holdsPickle(payload: PickleValue, { nested }: Fitting): boolean {
  return "offset" in payload && nested.get(payload.offset)?.isSure === true;
}

/** Whether a text or bytes begin a pickle at all, and so were read as one. */
export function isReadAsPickle(payload: PickleValue, { nested }: Fitting): boolean {
  return "offset" in payload && nested.has(payload.offset);
}
