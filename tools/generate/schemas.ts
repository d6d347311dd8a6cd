import { toJsonSchema, type ConversionConfig } from "@valibot/to-json-schema";

import { settingFileSchema } from "../../packages/plimsoll/src/config/schema.ts";
import { reportSchema } from "../../packages/plimsoll/src/report/schema.ts";

const OPTIONS: ConversionConfig = { ignoreActions: ["brand", "readonly"], target: "draft-2020-12" };

/** The published JSON Schemas of everything that Plimsoll reads or writes. */
export function schemaFiles(): (readonly [string, string])[] {
  return [
    ["docs/reference/plimsoll.schema.json", write(toJsonSchema(settingFileSchema, OPTIONS))],
    ["docs/reference/report.schema.json", write(toJsonSchema(reportSchema, OPTIONS))],
  ];
}

function write(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
