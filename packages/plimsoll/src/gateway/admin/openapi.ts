import { toJsonSchema, type ConversionConfig } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

import type { Json, JsonObject } from "../../kernel/json.ts";
import { PROBLEM_STATUS, type ProblemCode } from "./problem.ts";
import { KEY_ROLES } from "./roles.ts";
import type { AdminRoute } from "./route.ts";

/** Version of the admin API: it grows when something of it goes or changes its meaning. */
export const ADMIN_API_VERSION = "1";

/** Codes that every route may answer with. */
export const COMMON_CODES: readonly ProblemCode[] = [
  "bad_request",
  "key_missing",
  "key_unknown",
  "key_expired",
  "not_allowed",
  "overloaded",
  "store_unavailable",
  "audit_unavailable",
  "internal",
];

/** Codes that a route with a body may answer with besides. */
const BODY_CODES: readonly ProblemCode[] = ["body_too_large", "media_unsupported"];

/** Every code that a route may answer with. */
export function codesOf({ codes, method }: AdminRoute): readonly ProblemCode[] {
  return [...new Set([...COMMON_CODES, ...(method === "POST" ? BODY_CODES : []), ...codes])];
}

/** The documentation of routes as OpenAPI 3.1, made of what checks them. */
export function openApiOf(routes: readonly AdminRoute[]): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const of = (paths[route.at] ??= {});
    of[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Plimsoll admin API",
      version: ADMIN_API_VERSION,
      summary: "Keys, budgets, models, traffic, held answers and the audit log of one gateway.",
      description:
        "Every request shows a key with a role as a bearer. Every change takes a reason and answers with the number of its event in the audit log.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", bearerFormat: "plm_…" } },
      schemas: { Error: ERROR },
    },
  };
}

function operationOf(route: AdminRoute): JsonObject {
  const parameters = [...parametersOf(route.path, "path"), ...parametersOf(route.query, "query")];
  const body: JsonObject =
    route.method === "GET"
      ? {}
      : { requestBody: { required: true, content: jsonOf(schemaOf(route.body)) } };
  return {
    operationId: route.id,
    summary: route.summary,
    "x-plimsoll-roles": KEY_ROLES.filter((role) => route.roles.includes(role)),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...body,
    responses: responsesOf(route),
  };
}

function responsesOf(route: AdminRoute): JsonObject {
  const streams = route.streams?.map((type): readonly [string, Json] => [
    type,
    { schema: { type: "string" } },
  ]);
  const content =
    streams === undefined ? jsonOf(schemaOf(route.answer)) : Object.fromEntries(streams);
  const responses: Record<string, Json> = { "200": { description: "Done.", content } };
  for (const code of codesOf(route)) {
    const status = String(PROBLEM_STATUS[code]);
    const codes = codesOf(route).filter((one) => String(PROBLEM_STATUS[one]) === status);
    responses[status] = {
      description: codes.map((one) => `\`${one}\``).join(", "),
      content: jsonOf({ $ref: "#/components/schemas/Error" }),
    };
  }
  return responses;
}

function parametersOf(schema: GenericSchema, place: "path" | "query"): readonly JsonObject[] {
  const { properties = {}, required = [] } = toJsonSchema(schema, CONVERT);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = asJson(property);
    return {
      name,
      in: place,
      required: place === "path" || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

/** Checks that only code can say are left out: their words stand in descriptions. */
const CONVERT: ConversionConfig = {
  target: "draft-2020-12",
  ignoreActions: ["check", "brand", "readonly"],
};

function schemaOf(schema: GenericSchema): JsonObject {
  const { $schema, ...rest } = asJson(toJsonSchema(schema, CONVERT));
  // The document says for all of them which draft they are of.
  void $schema;
  return rest;
}

function asJson(schema: unknown): Record<string, Json> {
  const value: Record<string, Json> = JSON.parse(JSON.stringify(schema));
  return value;
}

function jsonOf(schema: JsonObject): JsonObject {
  return { "application/json": { schema } };
}

const ERROR: JsonObject = {
  type: "object",
  required: ["error"],
  additionalProperties: false,
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "request"],
      additionalProperties: false,
      properties: {
        code: { enum: Object.keys(PROBLEM_STATUS) },
        message: { type: "string", description: "For a person; it may change." },
        problems: {
          type: "array",
          description: "Everything that is wrong with the request.",
          items: {
            type: "object",
            required: ["at", "message"],
            additionalProperties: false,
            properties: {
              at: { type: "string", description: "Such as `body.name` or `query.limit`." },
              message: { type: "string" },
            },
          },
        },
        seq: { type: "integer", description: "Number of the event that tells of it." },
        request: { type: "string", description: "Name of this request." },
      },
    },
  },
};
