import type { IncomingMessage, ServerResponse } from "node:http";

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

import type { JsonObject } from "../../kernel/json.ts";
import { InFlight, readBody } from "../hot/read-body.ts";
import { readJson } from "../json/read.ts";
import type { Refusal } from "../refusal.ts";
import { refuseAtEdge, refuseTwoHosts } from "../server/edges.ts";
import { hasUnreadBody } from "../server/unread.ts";
import { letIn } from "./access.ts";
import { actorOf } from "./actor.ts";
import { answerTo } from "./answer.ts";
import type { AdminPorts } from "./contract.ts";
import { Places } from "./places.ts";
import { isProblemCode, problem, problemOf, type Problem } from "./problem.ts";
import { answered, type AdminRoute, type RouteAnswer } from "./route.ts";
import { ADMIN_ROUTES } from "./routes/all.ts";

/** Bytes of a body: an edited answer is the longest, and it is a page that a person wrote (CWE-770). */
const BODY_MAX_BYTES = 1_048_576;

/** Characters of what varies in a path. */
const PARAM_MAX = 100;

/** Where the documentation is served. */
export const OPENAPI_PATH = "/admin/openapi.json";

/** Takes every request under `/admin/`. Never throws, and never leaves one without an answer. */
export async function openAdmin(
  ports: AdminPorts,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: BODY_MAX_BYTES,
    genReqId: ports.newId,
    requestIdHeader: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_MAX },
    // A path that cannot be decoded leads nowhere.
    frameworkErrors: (_, request, reply) => {
      answerTo(request, reply, refusedBy(NOWHERE));
    },
  });
  // Bodies are read by what reads those of /v1, once it is known who asks.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => {
    done(null);
  });
  app.setErrorHandler((error, request, reply) => {
    fail(error, request, reply, ports);
  });
  app.setNotFoundHandler((request, reply) => {
    answerTo(request, reply, refusedBy(refusedAtEdge(request, ports) ?? NOWHERE));
  });
  app.get(OPENAPI_PATH, (request, reply) => {
    const refusal = refusedAtEdge(request, ports);
    answerTo(
      request,
      reply,
      refusal === undefined ? answered(ports.openapi()) : refusedBy(refusal),
    );
  });
  const bounds = { inFlight: new InFlight(), places: new Places() };
  for (const route of ADMIN_ROUTES) addRoute(app, route, bounds, ports);
  refuseOtherMethods(app);
  await app.ready();
  return (request, response) => {
    app.routing(request, response);
  };
}

/** What came of reading a body. */
type TakenBody =
  | { readonly kind: "taken"; readonly value: JsonObject | undefined }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "left" };

/** Bodies are JSON that has one meaning, and are read by what reads those of `/v1`. */
async function takeBody(
  { raw: request }: FastifyRequest,
  { raw: response }: FastifyReply,
  inFlight: InFlight,
): Promise<TakenBody> {
  if (request.method === "GET") return { kind: "taken", value: undefined };
  const body = await readBody(request, inFlight, BODY_MAX_BYTES, () => {
    if (request.headers.expect !== undefined) response.writeContinue();
  });
  if (body.kind === "left") return body;
  const read = body.kind === "refused" ? body : readJson(body.bytes);
  return read.kind === "refused"
    ? { kind: "refused", problem: problemFor(read.refusal) }
    : { kind: "taken", value: read.value };
}

function addRoute(
  app: FastifyInstance,
  route: AdminRoute,
  { inFlight, places }: { readonly inFlight: InFlight; readonly places: Places },
  ports: AdminPorts,
): void {
  app.route({
    method: route.method,
    url: route.at.replaceAll(/\{(\w+)\}/gu, ":$1"),
    // Before a byte of the body is read.
    onRequest: (request, reply, done) => {
      const refusal =
        refusedAtEdge(request, ports) ?? refuseAtDoor(route, request, reply, places, ports);
      if (refusal === undefined) done();
      else answerTo(request, reply, refusedBy(refusal));
    },
    handler: async (request, reply) => {
      const body = await takeBody(request, reply, inFlight);
      if (body.kind === "left") return reply.hijack();
      if (body.kind === "refused") {
        answerTo(request, reply, body);
        return reply;
      }
      // While the body came the key may have ended, here or by another process.
      await freshFor(route, ports);
      const access = letIn(request.headers, route.roles, ports);
      if (access.kind === "refused") {
        answerTo(request, reply, access);
        return reply;
      }
      const { params: path, query, id } = request;
      const asked = { path, query, body: body.value, by: access.caller, request: id };
      const status = answerTo(request, reply, await route.handle(asked, ports));
      ports.say("info", "admin", {
        request: request.id,
        route: route.id,
        actor: actorOf(access.caller),
        status,
      });
      return reply;
    },
  });
}

/** @throws whatever the store does, unless the route is there to tell of just that. */
async function freshFor({ standsAlone }: AdminRoute, { fresh }: AdminPorts): Promise<void> {
  try {
    await fresh();
  } catch (error) {
    if (standsAlone !== true) throw error;
  }
}

/** Every path answers every method, so that nobody has to guess. */
function refuseOtherMethods(app: FastifyInstance): void {
  const known = new Map<string, string[]>([[OPENAPI_PATH, ["GET"]]]);
  for (const { at, method } of ADMIN_ROUTES) {
    const url = at.replaceAll(/\{(\w+)\}/gu, ":$1");
    known.set(url, [...(known.get(url) ?? []), method]);
  }
  for (const [url, methods] of known) {
    const others = app.supportedMethods.filter((method) => !methods.includes(method));
    app.route({
      method: others,
      url,
      onRequest: (request, reply) => {
        const allow = methods.join(", ");
        const wrong = problem("method_unknown", `Use ${allow} here.`);
        answerTo(request, reply, refusedBy(wrong), { allow });
      },
      handler: (_, reply) => reply,
    });
  }
}

/** Names that are not ours, other pages, two hosts. */
function refusedAtEdge({ raw }: FastifyRequest, { serving }: AdminPorts): Problem | undefined {
  const refusal = refuseAtEdge(raw.headers, serving().edges) ?? refuseTwoHosts(raw);
  return refusal === undefined ? undefined : problemFor(refusal);
}

function refuseAtDoor(
  { roles, method }: AdminRoute,
  { raw, headers }: FastifyRequest,
  reply: FastifyReply,
  places: Places,
  ports: AdminPorts,
): Problem | undefined {
  const access = letIn(headers, roles, ports);
  if (access.kind === "refused") return access.problem;
  if (method === "GET" && hasUnreadBody(raw)) return problem("bad_request", "It takes no body.");
  const hasPlace = places.take(access.caller.keyId, reply.raw);
  return hasPlace ? undefined : problem("overloaded", "Too many ask at once.");
}

function fail(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { say }: AdminPorts,
): void {
  const told = problemOf(error);
  if (told.code === "internal") {
    const reason = error instanceof Error ? error.name : "unknown";
    say("error", "internal", { request: request.id, reason });
  }
  answerTo(request, reply, refusedBy(told));
}

const NOWHERE = problem("route_unknown", "There is nothing under this address.");

function refusedBy(why: Problem): RouteAnswer {
  return { kind: "refused", problem: why };
}

/** What the rest of the gateway refuses with, in the words of this one. */
function problemFor({ code, message }: Refusal): Problem {
  return problem(isProblemCode(code) ? code : "bad_request", message);
}
