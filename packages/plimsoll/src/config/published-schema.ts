import type { ConversionConfig } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

/**
 * The JSON Schema (draft 2020-12) of a setting file as text: what docs/reference publishes, and what is
 * written beside a setting file so that an editor can help offline.
 */
export async function settingSchemaText(): Promise<string> {
  const { settingFileSchema } = await import("./schema.ts");
  return publishedSchema(settingFileSchema);
}

/**
 * A schema as the JSON Schema that is published; the converter is loaded only here.
 *
 * `ownWords` are for what the converter cannot say by itself: checks that are left out, and how their object says it.
 */
export async function publishedSchema(
  schema: GenericSchema,
  ownWords: Pick<ConversionConfig, "ignoreActions" | "overrideSchema"> = {},
): Promise<string> {
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  const published = toJsonSchema(schema, {
    target: "draft-2020-12",
    ...ownWords,
    ignoreActions: ["brand", "readonly", ...(ownWords.ignoreActions ?? [])],
  });
  return `${JSON.stringify(published, null, 2)}\n`;
}
