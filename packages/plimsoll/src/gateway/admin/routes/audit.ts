import * as v from "valibot";

import type { ReadEvent } from "../../../audit/event.ts";
import { PlimsollError } from "../../../kernel/error.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { answered, defineRoute, refused, type AdminRoute, type RouteAnswer } from "../route.ts";
import * as common from "../schema.ts";

const kind = v.optional(v.pipe(v.string(), v.regex(/^[a-z.]{1,40}$/)));

const event = v.strictObject({
  seq: common.count,
  time: v.string(),
  kind: v.string(),
  actor: v.string(),
  request: v.nullable(v.string()),
  subject: v.pipe(v.nullable(v.string()), v.description("A pseudonym.")),
  body: v.record(v.string(), v.unknown()),
});

const hash = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/));

const checkpoint = v.strictObject({
  origin: v.string(),
  size: v.pipe(common.count, v.description("Events that it covers.")),
  root: hash,
  note: v.pipe(v.string(), v.description("As it was signed (C2SP tlog-checkpoint).")),
  key: v.pipe(v.string(), v.description("What it is checked with. Pin it once, elsewhere.")),
  events: v.pipe(common.count, v.description("Events of the log, those behind it too.")),
});

const READ = { method: "GET", path: common.nothing, body: common.noBody } as const;

/** The audit log: what it says, and proofs that it says what it said. */
export const auditRoutes: readonly AdminRoute[] = [
  defineRoute({
    ...READ,
    at: "/admin/api/audit/checkpoint",
    id: "showCheckpoint",
    summary: "The signed checkpoint. Keep one outside: what it covers cannot be changed unseen.",
    roles: ["auditor", "operator"],
    query: common.nothing,
    answer: checkpoint,
    codes: ["audit_altered"],
    run: (_, { log, audit }) => {
      const { origin, size, root, note, vkey } = log.checkpoint();
      const told = { origin, size, root: root.toString("base64"), note, key: vkey };
      return answered({ ...told, events: audit.state().events });
    },
  }),
  defineRoute({
    ...READ,
    at: "/admin/api/audit/events",
    id: "listEvents",
    summary:
      "Events from a number on. A page may hold fewer than asked for, or none, and still not be the last: `next` tells.",
    roles: ["auditor"],
    query: v.strictObject({
      from: v.optional(v.pipe(common.count, v.description("Number of the first; 0 when absent."))),
      limit: common.page.limit,
      kind,
    }),
    answer: v.strictObject({
      events: v.array(event),
      next: v.pipe(v.nullable(v.number()), v.description("Give it as `from` for the next page.")),
    }),
    codes: ["overloaded"],
    run: async ({ query }, { log, audit }) => {
      const { from = 0, limit = common.PAGE_DEFAULT } = query;
      const below = audit.state().events;
      const page = await log.events({ from, below, limit, kind: query.kind });
      if (page === undefined) return TOO_MANY;
      return answered({ events: page.events.map(eventBody), next: page.next });
    },
  }),
  defineRoute({
    ...READ,
    at: "/admin/api/audit/proof",
    id: "proveEvent",
    summary:
      "A proof that an event stands in the log, which anybody can check without us. By its number, or by a request: its first event then. The newest are covered within a second.",
    roles: ["auditor"],
    query: v.strictObject({
      of: v.pipe(
        v.string(),
        v.regex(/^(?:\d{1,15}|[a-z]{1,8}_[\w-]{1,60})$/),
        v.description("Number of an event, or a request."),
      ),
    }),
    answer: v.strictObject({
      proof: v.pipe(v.string(), v.description("C2SP tlog-proof, with the event in `extra`.")),
    }),
    codes: ["not_found", "audit_altered", "overloaded"],
    run: ({ query }, { log }) =>
      orNotFound("There is no such event under the checkpoint.", async () => {
        const proof = await log.prove(query.of);
        return proof === undefined ? TOO_MANY : answered({ proof });
      }),
  }),
  defineRoute({
    ...READ,
    at: "/admin/api/audit/consistency",
    id: "proveConsistency",
    summary:
      "A proof that the log of a checkpoint that you kept is the beginning of today's (RFC 6962, section 2.1.2).",
    roles: ["auditor"],
    query: v.strictObject({
      first: v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.description("Size of the checkpoint that you kept."),
      ),
    }),
    answer: v.strictObject({
      first: common.count,
      first_root: v.pipe(hash, v.description("It must be the root that you kept.")),
      proof: v.array(hash),
      checkpoint: v.omit(checkpoint, ["events"]),
    }),
    codes: ["not_found", "audit_altered", "overloaded"],
    run: ({ query }, { log }) =>
      orNotFound("The checkpoint covers fewer events.", async () => {
        const proven = await log.consistency(query.first);
        if (proven === undefined) return TOO_MANY;
        const { origin, size, root, note, vkey } = proven.checkpoint;
        return answered({
          first: proven.first,
          first_root: proven.firstRoot.toString("base64"),
          proof: proven.proof.map((one) => one.toString("base64")),
          checkpoint: { origin, size, root: root.toString("base64"), note, key: vkey },
        });
      }),
  }),
  defineRoute({
    ...READ,
    at: "/admin/api/audit/export",
    id: "exportEvents",
    summary: "The log as JSON lines, each as it was written, or as a table.",
    roles: ["auditor"],
    query: v.strictObject({
      format: v.optional(v.picklist(["jsonl", "csv"])),
      since: v.optional(common.time),
      kind,
    }),
    answer: v.string(),
    streams: ["application/jsonl", "text/csv"],
    codes: ["overloaded"],
    run: ({ query }, { log }) => {
      const { format = "jsonl", since } = query;
      const from = since === undefined ? 0 : Date.parse(since);
      const chunks = log.export({ from, kind: query.kind, format });
      if (chunks === undefined) return TOO_MANY;
      const type = format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl";
      return { kind: "streamed", type, chunks };
    },
  }),
];

const TOO_MANY = refused("overloaded", "Others read the log now. Try again in a moment.");

/** What was asked for is not there: that is an answer, and no fault. */
async function orNotFound(message: string, ask: () => Promise<RouteAnswer>): Promise<RouteAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (PlimsollError.isInstance(error) && error.code === "usage") {
      return refused("not_found", message);
    }
    throw error;
  }
}

function eventBody({ seq, time, kind: what, actor, request, event: whole }: ReadEvent): JsonObject {
  const { subject, body } = whole;
  return {
    seq,
    time: new Date(time).toISOString(),
    kind: what,
    actor,
    request: request ?? null,
    subject: typeof subject === "string" ? subject : null,
    body: body ?? {},
  };
}
