import {
  publishedSchema,
  settingSchemaText,
} from "../../packages/plimsoll/src/config/published-schema.ts";
import { reportSchema } from "../../packages/plimsoll/src/report/schema.ts";

/** The published JSON Schemas of everything that Plimsoll reads or writes. */
export async function schemaFiles(): Promise<(readonly [string, string])[]> {
  return [
    ["docs/reference/plimsoll.schema.json", await settingSchemaText()],
    ["docs/reference/report.schema.json", await publishedSchema(reportSchema)],
  ];
}
