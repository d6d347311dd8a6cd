import {
  publishedSchema,
  settingSchemaText,
} from "../../packages/plimsoll/src/config/published-schema.ts";
import { fleetSchema, reportSchema } from "../../packages/plimsoll/src/report/schema.ts";
import { auditVerifySchema } from "../../packages/plimsoll/src/verbs/audit/schema.ts";
import { verifySchema } from "../../packages/plimsoll/src/verbs/verify/schema.ts";
import { lockSchemaText } from "./lock-schema.ts";

/** The published JSON Schemas of everything that Plimsoll reads or writes. */
export async function schemaFiles(): Promise<(readonly [string, string])[]> {
  return [
    ["docs/reference/plimsoll.schema.json", await settingSchemaText()],
    ["docs/reference/report.schema.json", await publishedSchema(reportSchema)],
    ["docs/reference/fleet.schema.json", await publishedSchema(fleetSchema)],
    ["docs/reference/lock.schema.json", await lockSchemaText()],
    ["docs/reference/verify.schema.json", await publishedSchema(verifySchema)],
    ["docs/reference/audit-verify.schema.json", await publishedSchema(auditVerifySchema)],
  ];
}
