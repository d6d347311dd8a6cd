import * as v from "valibot";

import { CONCERNS } from "../../kernel/concern.ts";
import type { Lock } from "./lock.ts";

/** Reads the value of a lock file, or says all that is wrong with it, each with its place. */
export function readLockValue(
  value: unknown,
):
  | { readonly kind: "read"; readonly lock: Lock }
  | { readonly kind: "invalid"; readonly problems: readonly string[] } {
  const result = v.safeParse(lockSchema, value);
  if (result.success) return { kind: "read", lock: result.output };
  return { kind: "invalid", problems: result.issues.map(describe) };
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "";
  const what =
    issue.kind === "schema" && issue.expected === "never" ? "unknown key" : issue.message;
  return path === "" ? what : `${path}: ${what}`;
}

/**
 * An object of these keys and of any that begin with `x-`; others are refused by name.
 *
 * The loose object lets them in, the check sorts them.
 */
function extensible<const E extends v.ObjectEntries>(entries: E) {
  return v.pipe(
    v.looseObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const known = new Set(Object.keys(entries));
      for (const key of Object.keys(dataset.value)) {
        if (!known.has(key) && !key.startsWith("x-")) {
          addIssue({ message: `unknown key "${key.slice(0, 80)}"` });
        }
      }
    }),
  );
}

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
const text = v.pipe(v.string(), v.minLength(1));
const verdict = v.picklist(["clear", "caution", "stop", "unknown", "not-applicable"]);

const file = extensible({
  path: v.pipe(text, v.description("Path within the model, / between folders.")),
  size: v.pipe(v.number(), v.integer(), v.minValue(0), v.description("Bytes.")),
  sha256: hex,
  git: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/), v.description("Id as a git blob.")),
  ),
  xet: v.optional(hex),
});

const licence = extensible({
  expression: v.optional(text),
  status: v.picklist(["exact", "declared", "disputed", "unclear", "none"]),
  evidence: v.pipe(
    v.array(extensible({ path: text, sha256: hex })),
    v.description("The files it was read from."),
  ),
  policies: v.optional(v.array(extensible({ url: text, sha256: hex }))),
  setting: v.optional(digest),
  verdict: v.optional(text),
});

const parent = extensible({
  reference: text,
  revision: v.optional(text),
  relation: v.optional(text),
  verdict: v.optional(text),
  z: v.optional(v.number()),
});

const entry = extensible({
  reference: v.pipe(
    text,
    v.description("Where it is; a local path is relative to the folder of this file."),
  ),
  revision: v.optional(v.pipe(text, v.description("Commit or manifest digest."))),
  endpoint: v.optional(text),
  digest: v.pipe(
    digest,
    v.description(
      "SHA-256 over `path NUL size NUL sha256:<hex> LF` of each file, sorted by code point.",
    ),
  ),
  resolved: v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    v.description("When these files were found there, UTC."),
  ),
  files: v.array(file),
  licence: v.optional(licence),
  lineage: v.optional(extensible({ parents: v.array(parent) })),
  behaviour: v.optional(
    extensible({
      template: v.optional(digest),
      tokenizer: v.optional(digest),
      config: v.optional(digest),
      generation: v.optional(digest),
    }),
  ),
  verdict: v.optional(
    v.pipe(
      v.strictObject(Object.fromEntries(CONCERNS.map((name) => [name, v.optional(verdict)]))),
      v.description("What each concern answered."),
    ),
  ),
  setting: v.optional(v.pipe(digest, v.description("Of the setting the verdict was given for."))),
  plan: v.optional(v.looseObject({})),
  signature: v.optional(v.nullable(v.looseObject({}))),
});

/** A lock file. Published as docs/reference/lock.schema.json. */
export const lockSchema = v.pipe(
  extensible({
    schema: v.literal("plimsoll/lock@1"),
    tool: v.pipe(text, v.description("Version of the program that wrote it last.")),
    knowledge: v.pipe(text, v.description("Date of the facts that program carried.")),
    models: v.pipe(v.record(text, entry), v.description("By name.")),
  }),
  v.title("Plimsoll lock, version 1"),
  v.description("What `plimsoll vet --lock` writes and `plimsoll verify` checks files against."),
);
