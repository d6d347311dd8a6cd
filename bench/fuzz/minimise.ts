import { concat } from "../../packages/formats/src/kit/records.ts";

/** Tries that one file is worth. */
const TRIES = 3_000;

/** The smallest file found that is still broken: parts are left out, then bytes made zero, as long as it stays so. */
export function minimise(
  bytes: Uint8Array,
  isBroken: (candidate: Uint8Array) => boolean,
): Uint8Array {
  const tries = { left: TRIES };
  const holds = (candidate: Uint8Array): boolean => {
    tries.left -= 1;
    return tries.left >= 0 && isBroken(candidate);
  };
  let smallest = bytes;
  for (let part = smallest.length >> 1; part >= 1 && tries.left > 0;) {
    const shorter = withoutSome(smallest, part, holds);
    if (shorter === undefined) part >>= 1;
    else smallest = shorter;
  }
  return zeroed(smallest, holds);
}

/** One pass: every part that can be left out is. */
function withoutSome(
  bytes: Uint8Array,
  part: number,
  holds: (candidate: Uint8Array) => boolean,
): Uint8Array | undefined {
  let current = bytes;
  for (let at = 0; at < current.length;) {
    const candidate = concat([current.subarray(0, at), current.subarray(at + part)]);
    if (holds(candidate)) current = candidate;
    else at += part;
  }
  return current.length < bytes.length ? current : undefined;
}

function zeroed(bytes: Uint8Array, holds: (candidate: Uint8Array) => boolean): Uint8Array {
  let current = bytes;
  for (let at = 0; at < bytes.length; at += 1) {
    if (current[at] === 0) continue;
    const candidate = current.with(at, 0);
    if (holds(candidate)) current = candidate;
  }
  return current;
}
