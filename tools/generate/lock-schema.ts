import { publishedSchema } from "../../packages/plimsoll/src/config/published-schema.ts";
import { lockSchema } from "../../packages/plimsoll/src/model/lock/schema.ts";

/**
 * The JSON Schema of a lock file as text.
 *
 * Its objects take keys that begin with `x-` and no others, which the reader checks and the schema says as a pattern.
 */
export function lockSchemaText(): Promise<string> {
  return publishedSchema(lockSchema, {
    ignoreActions: ["raw_check"],
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === "loose_object" && Object.keys(jsonSchema.properties ?? {}).length > 0
        ? { ...jsonSchema, patternProperties: { "^x-": {} }, additionalProperties: false }
        : undefined,
  });
}
