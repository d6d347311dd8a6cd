import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const reachSchema = v.strictObject({
  schema: v.literal("plimsoll/reach@1"),
  "config-keys": v.array(
    v.strictObject({
      key: v.string(),
      files: v.string(),
      value: v.picklist(["any", "slash", "true", "outside"]),
      prefix: v.optional(v.string()),
      does: v.string(),
      source: sourceSchema,
    }),
  ),
  code: v.array(
    v.strictObject({
      what: v.string(),
      endings: v.optional(v.array(v.string())),
      names: v.optional(v.array(v.string())),
    }),
  ),
  inert: v.array(v.string()),
});

/** A configuration key that makes a loader import code. */
export type ReachKey = {
  readonly key: string;
  /** Lower-case file name it counts in, or `any`. */
  readonly files: string;
  readonly value: "any" | "slash" | "true" | "outside";
  readonly prefix?: string | undefined;
  readonly does: string;
};

/** The facts of `knowledge/reach.yaml`. */
export type ReachFacts = {
  readonly keys: readonly ReachKey[];
  /** What a file of this lower-case name is, when it is code; undefined when its name says nothing. */
  readonly codeNamed: (base: string) => string | undefined;
  readonly inert: ReadonlySet<string>;
};

/**
 * Reads `knowledge/reach.yaml`.
 * @throws ValiError when its form is wrong.
 */
export function parseReachFacts(raw: unknown): ReachFacts {
  const file = v.parse(reachSchema, raw);
  return {
    keys: file["config-keys"],
    codeNamed: (base) =>
      file.code.find(
        ({ endings, names }) =>
          endings?.some((ending) => base.endsWith(ending)) === true ||
          names?.includes(base) === true,
      )?.what,
    inert: new Set(file.inert),
  };
}
