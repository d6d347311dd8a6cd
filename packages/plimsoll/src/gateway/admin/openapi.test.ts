import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

import type { Json, JsonObject } from "../../kernel/json.ts";
import { openApiOf } from "./openapi.ts";
import { PROBLEM_STATUS } from "./problem.ts";
import { ADMIN_ROUTES } from "./routes/all.ts";

const document = openApiOf(ADMIN_ROUTES);

/** A copy that a validator may write into, with something of it changed. */
function copy(change: (of: Record<string, Json>) => void = () => {}): Record<string, Json> {
  const of: Record<string, Json> = JSON.parse(JSON.stringify(document));
  change(of);
  return of;
}

async function isValid(of: Record<string, Json>): Promise<boolean> {
  const { valid } = await new Validator().validate(of);
  return valid;
}

test("it is OpenAPI 3.1 by its own schema, and the published file is the same", async () => {
  expect(await new Validator().validate(copy())).toMatchObject({ valid: true });
  const published = join(import.meta.dirname, "../../../../../docs/reference/admin-openapi.json");
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(copy());
});

test.each([
  ["without a title", (of: Record<string, Json>) => void (of["info"] = { version: "1" })],
  [
    "with a path of another form",
    (of: Record<string, Json>) => void (of["paths"] = { nowhere: {} }),
  ],
])("a document %s is not", async (_, change) => {
  expect(await isValid(copy(change))).toBe(false);
});

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; schema: JsonObject }[];
  readonly requestBody?: { content: Record<string, { schema: JsonObject }> };
  readonly responses: Record<string, { content: Record<string, { schema: JsonObject }> }>;
};

const operations = ADMIN_ROUTES.map(({ at, method }): readonly [string, Operation] => {
  const paths: Record<string, Record<string, Operation>> = JSON.parse(
    JSON.stringify(document["paths"]),
  );
  const operation = paths[at]?.[method.toLowerCase()];
  if (operation === undefined) throw new TypeError(`${at} is not documented`);
  return [at, operation];
});

test("every route is documented once", () => {
  const ids = operations.map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ADMIN_ROUTES.length);
});

test.each(operations)("%s names what varies in it", (at, { parameters = [] }) => {
  const told = parameters.filter((one) => one.in === "path").map(({ name }) => name);
  expect(told).toEqual([...at.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name));
});

test.each(operations)("%s has schemas that a validator takes, and closed ones", (_, operation) => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "doc", components: document["components"] });
  const { requestBody, responses, parameters = [] } = operation;
  const schemas = [
    ...Object.values(requestBody?.content ?? {}),
    ...Object.values(responses).flatMap(({ content }) => Object.values(content)),
  ].map(({ schema }) => schema);
  for (const schema of schemas) {
    const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc#/'));
    expect(() => ajv.compile(whole)).not.toThrow();
    const isClosed = schema["type"] !== "object" || schema["additionalProperties"] === false;
    expect(isClosed).toBe(true);
  }
  for (const { schema } of parameters) expect(() => ajv.compile(schema)).not.toThrow();
});

test("statuses of refusals are those that HTTP has for them", () => {
  expect(Object.values(PROBLEM_STATUS).every((status) => status >= 400 && status < 600)).toBe(true);
});
