import { toJsonSchema } from "@valibot/to-json-schema";

import { lockSchema } from "../../packages/plimsoll/src/model/lock/schema.ts";

/**
 * The JSON Schema of a lock file as text.
 *
 * Its objects take keys that begin with `x-` and no others, which the reader checks and the schema says as a pattern.
 */
export function lockSchemaText(): string {
  const published = toJsonSchema(lockSchema, {
    ignoreActions: ["brand", "readonly", "raw_check"],
    target: "draft-2020-12",
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === "loose_object" && Object.keys(jsonSchema.properties ?? {}).length > 0
        ? { ...jsonSchema, patternProperties: { "^x-": {} }, additionalProperties: false }
        : undefined,
  });
  return `${JSON.stringify(published, null, 2)}\n`;
}
