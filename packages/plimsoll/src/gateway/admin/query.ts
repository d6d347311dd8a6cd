import type { GenericSchema } from "valibot";

/** A whole number as an address spells it: one spelling each, and none that loses digits. */
const NUMBER = /^(?:0|[1-9]\d{0,14})$/u;

/** A query's values with those as numbers that the schema wants as numbers: an address knows only text. */
export function numbersIn(schema: GenericSchema, query: unknown): unknown {
  if (typeof query !== "object" || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]: readonly [string, unknown]) => {
      const isNumber = typeof value === "string" && isWanted(schema, name) && NUMBER.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}

function isWanted(schema: unknown, name: string): boolean {
  const entry = memberOf(memberOf(schema, "entries"), name);
  return memberOf(memberOf(entry, "wrapped") ?? entry, "type") === "number";
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
