import * as v from "valibot";

import { CONCERNS } from "../kernel/concern.ts";
import { serveSchema } from "./serve-schema.ts";

const territories = v.array(
  v.pipe(
    v.string(),
    v.regex(/^[A-Z]{2,3}$/),
    v.description("A country by ISO 3166-1 code, or EU."),
  ),
);

const waivers = v.array(
  v.strictObject({
    code: v.pipe(
      v.string(),
      v.regex(/^PLM-[A-Z]{3}-\d{3}$/),
      v.description("The code of the findings."),
    ),
    digest: v.pipe(
      v.string(),
      v.regex(/^sha256:[0-9a-f]{64}$/),
      v.description("SHA-256 of the file that they point to."),
    ),
    reason: v.pipe(
      v.string(),
      v.nonEmpty(),
      v.maxLength(500),
      v.description("Why they may pass, in your words."),
    ),
    author: v.pipe(
      v.string(),
      v.nonEmpty(),
      v.maxLength(200),
      v.description("Who answers for it."),
    ),
    expires: v.optional(
      v.pipe(v.string(), v.isoDate(), v.description("The last day it counts, in UTC.")),
    ),
  }),
);

/** `plimsoll.yaml`, as a person writes it: every field may be absent. Published as docs/reference/plimsoll.schema.json. */
export const settingFileSchema = v.pipe(
  v.strictObject({
    $schema: v.optional(
      v.pipe(v.string(), v.description("Path to this schema, so that editors can help.")),
    ),
    use: v.optional(
      v.pipe(v.string(), v.maxLength(500), v.description("What the model is for, in your words.")),
    ),
    audience: v.optional(
      v.pipe(
        v.picklist(["me", "team", "public"]),
        v.description("Who will use it. Decides which concerns are required. Default: me."),
      ),
    ),
    data: v.optional(
      v.pipe(
        v.picklist(["public", "internal", "personal", "health"]),
        v.description("What people will type into it. Default: internal."),
      ),
    ),
    appetite: v.optional(
      v.pipe(
        v.picklist(["refuse", "ask", "note"]),
        v.description("What to do when unsure. Default: ask."),
      ),
    ),
    territory: v.optional(
      v.pipe(
        v.strictObject({ seat: v.optional(territories), users: v.optional(territories) }),
        v.description("Where you are seated and where your users are."),
      ),
    ),
    context: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(100_000_000),
        v.description("Tokens of context a conversation may fill. Default: 4096."),
      ),
    ),
    concurrency: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(100_000),
        v.description("Conversations at the same time. Default: 1."),
      ),
    ),
    "kv-cache": v.optional(
      v.pipe(
        v.picklist(["f16", "q8_0"]),
        v.description("How the key-value cache is stored. Default: f16."),
      ),
    ),
    hardware: v.optional(
      v.strictObject({
        memory: v.optional(
          v.pipe(
            v.union([
              v.pipe(v.number(), v.integer(), v.minValue(0)),
              v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)? ?(?:[KMGT]i?B|B)$/)),
            ]),
            v.description(
              "Memory the model may use: bytes, or a text such as 8 GiB. Default: what this machine has free.",
            ),
          ),
        ),
      }),
    ),
    require: v.optional(
      v.pipe(
        v.array(v.picklist(CONCERNS)),
        v.minLength(1),
        v.description("The concerns that make up the overall verdict. Default: by audience."),
      ),
    ),
    strict: v.optional(
      v.pipe(v.boolean(), v.description("True when caution fails too. Default: false.")),
    ),
    serve: v.optional(serveSchema),
    waivers: v.optional(
      v.pipe(
        waivers,
        v.description("Findings that you answer for, written by `plimsoll vet PATH --waive CODE`."),
      ),
    ),
  }),
  v.title("plimsoll.yaml"),
  v.description("What you mean to do with a model, and what it is judged by."),
);

/** A setting file that was read. */
export type SettingFile = v.InferOutput<typeof settingFileSchema>;

/** What is wrong with a setting file, one sentence a field; empty when nothing is. */
export type SettingProblem = { readonly key: string; readonly message: string };

/** Reads an unknown value as a setting file, collecting every problem. */
export function readSettingFile(
  raw: unknown,
):
  | { readonly kind: "read"; readonly file: SettingFile }
  | { readonly kind: "refused"; readonly problems: readonly SettingProblem[] } {
  const result = v.safeParse(settingFileSchema, raw);
  if (result.success) return { kind: "read", file: result.output };
  return {
    kind: "refused",
    problems: result.issues.map((issue) => ({
      key: v.getDotPath(issue) ?? "",
      message: messageOf(issue),
    })),
  };
}

/**
 * Under `serve:` a value may be a secret that stands where its place should be named, and a file that is no setting
 * file at all may be anything: neither is repeated (CWE-532).
 */
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === "never") return "unknown key";
  const [first] = issue.path ?? [];
  const isQuiet = first === undefined || first.key === "serve";
  return isQuiet && issue.expected !== null ? `expected ${issue.expected}` : issue.message;
}

/** Every key a setting file may have at its top level. */
export const SETTING_KEYS: readonly string[] = Object.keys(settingFileSchema.pipe[0].entries);
