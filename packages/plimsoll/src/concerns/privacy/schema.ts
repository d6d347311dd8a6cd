import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const text = v.pipe(v.string(), v.minLength(1));
const words = v.array(text);

const leftBehindSchema = v.strictObject({
  source: sourceSchema,
  training: v.array(v.strictObject({ kind: text, says: text, names: words })),
  identity: v.array(
    v.strictObject({
      tracker: text,
      name: text,
      fields: v.record(v.string(), v.picklist(["account", "e-mail address", "host", "folder"])),
    }),
  ),
  stray: v.array(
    v.strictObject({
      kind: text,
      level: v.picklist(["note", "caution"]),
      says: text,
      names: words,
      except: v.optional(words, []),
      starts: v.optional(
        v.array(
          v.strictObject({
            at: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63)),
            hex: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2}){1,32}$/u)),
          }),
        ),
        [],
      ),
    }),
  ),
  sharedAccounts: words,
  sharedHosts: words,
});

/** What `knowledge/left-behind.yaml` says. */
export type LeftBehindFacts = v.InferOutput<typeof leftBehindSchema>;

/**
 * Reads knowledge/left-behind.yaml.
 * @throws ValiError when it does not fit the schema.
 */
export function parseLeftBehind(raw: unknown): LeftBehindFacts {
  return v.parse(leftBehindSchema, raw);
}

const columnsSchema = v.strictObject({
  source: sourceSchema,
  strong: v.record(v.string(), words),
  weak: v.record(v.string(), words),
});

/** What `knowledge/personal-columns.yaml` says. */
export type ColumnFacts = v.InferOutput<typeof columnsSchema>;

/**
 * Reads knowledge/personal-columns.yaml.
 * @throws ValiError when it does not fit the schema.
 */
export function parseColumnFacts(raw: unknown): ColumnFacts {
  return v.parse(columnsSchema, raw);
}
