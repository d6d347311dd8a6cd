import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const names = v.optional(v.array(v.string()));
const values = v.picklist([
  "any",
  "slash",
  "truthy",
  "outside",
  "dotted-outside",
  "values-outside",
  "pair-outside",
]);

const reachSchema = v.strictObject({
  schema: v.literal("plimsoll/reach@1"),
  "config-keys": v.array(
    v.strictObject({
      key: v.string(),
      files: v.string(),
      value: values,
      prefix: v.optional(v.string()),
      allowed: names,
      beside: v.optional(v.string()),
      does: v.string(),
      source: sourceSchema,
    }),
  ),
  code: v.array(v.strictObject({ what: v.string(), endings: names, names, beginnings: names })),
  texts: v.strictObject({ endings: v.array(v.string()), beginnings: v.array(v.string()) }),
  inert: v.array(v.string()),
  aside: v.strictObject({ endings: v.array(v.string()), beginnings: v.array(v.string()) }),
});

/** A configuration key that makes a loader import code. */
export type ReachKey = {
  /** The key, or `*` for every key. */
  readonly key: string;
  /** Lower-case file name it counts in, or `any`. */
  readonly files: string;
  readonly value: v.InferOutput<typeof values>;
  readonly prefix?: string | undefined;
  readonly allowed?: readonly string[] | undefined;
  /** Another key that the same object must have. */
  readonly beside?: string | undefined;
  readonly does: string;
};

/** The facts of `knowledge/reach.yaml`. */
export type ReachFacts = {
  readonly keys: readonly ReachKey[];
  /** What a file of this lower-case name is, when it is code; undefined when its name says nothing. */
  readonly codeNamed: (base: string) => string | undefined;
  /** True for a lower-case name under which a text is words and data. */
  readonly isTextName: (base: string) => boolean;
  /** True for a lower-case name that systems and trainers leave behind and no loader opens. */
  readonly isAside: (base: string) => boolean;
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
        ({ endings = [], names: whole = [], beginnings = [] }) =>
          whole.includes(base) ||
          endings.some((ending) => base.endsWith(ending)) ||
          beginnings.some((beginning) => base.startsWith(beginning)),
      )?.what,
    isTextName: (base) =>
      file.texts.endings.some((ending) => base.endsWith(ending)) ||
      file.texts.beginnings.some((beginning) => base.startsWith(beginning)),
    isAside: (base) =>
      file.aside.endings.some((ending) => base.endsWith(ending)) ||
      file.aside.beginnings.some((beginning) => base.startsWith(beginning)),
    inert: new Set(file.inert),
  };
}
