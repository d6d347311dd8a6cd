import type { Outcome } from "./target.ts";

/** An outcome as text, in which equal outcomes are equal: faults by code, offset and message. */
export function showOutcome(outcome: Outcome): string {
  if (outcome.kind === "refused") return `refused ${outcome.error.code} ${outcome.error.offset}`;
  const { value, faults, complete, unclaimed } = outcome.picture;
  const told = faults.map(({ code, offset, message }) => [code, offset, message]);
  return showPlain({ value, told, complete, unclaimed });
}

/** Plain data as text; what JSON cannot hold is told by its kind. */
export function showPlain(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === "bigint") return `${inner}n`;
      if (typeof inner === "number" && !Number.isFinite(inner)) return `<${inner}>`;
      if (Object.is(inner, -0)) return "<-0>";
      if (inner === undefined) return "<undefined>";
      if (inner instanceof Map) return { map: [...inner] };
      if (inner instanceof Uint8Array) return Buffer.from(inner).toString("hex");
      return inner;
    }) ?? "<undefined>"
  );
}
