import * as v from "valibot";

import { actorOf } from "../actor.ts";
import { KEY_ROLES } from "../roles.ts";
import { answered, defineRoute, refused, type AdminRoute } from "../route.ts";
import * as common from "../schema.ts";

const health = v.strictObject({
  ready: v.boolean(),
  waits: v.pipe(v.array(v.string()), v.description("What is not ready, by name.")),
  started: v.string(),
  lag_ms: v.pipe(v.number(), v.description("How late the event loop was, 99th percentile.")),
  policy: v.pipe(v.string(), v.description("Digest of the policy that serves.")),
  store: v.strictObject({ available: v.boolean() }),
  audit: v.strictObject({
    available: v.boolean(),
    events: common.count,
    waiting: common.count,
    sealed: v.pipe(common.count, v.description("Events that the checkpoint covers.")),
  }),
});

/** The gateway itself: who asks, how it is, and its configuration. */
export const serverRoutes: readonly AdminRoute[] = [
  defineRoute({
    method: "GET",
    at: "/admin/api/self",
    id: "showSelf",
    standsAlone: true,
    summary: "Whose key this is, and what it may do here.",
    roles: KEY_ROLES,
    path: common.nothing,
    query: common.nothing,
    body: common.noBody,
    answer: v.strictObject({
      key: v.string(),
      team: v.string(),
      roles: v.array(common.role),
      models: v.array(v.string()),
    }),
    codes: [],
    run: ({ by }) => answered({ key: by.keyId, team: by.team, roles: by.roles, models: by.models }),
  }),
  defineRoute({
    method: "GET",
    at: "/admin/api/health",
    id: "showHealth",
    standsAlone: true,
    summary: "How the gateway is.",
    roles: ["admin", "operator", "auditor"],
    path: common.nothing,
    query: common.nothing,
    body: common.noBody,
    answer: health,
    codes: [],
    run: (_, ports) => {
      const { waits, startedAt, lagMs, isAuditAvailable, isStoreAvailable } = ports.health();
      const { events, waiting, checkpointSize } = ports.audit.state();
      return answered({
        ready: waits.length === 0,
        waits,
        started: new Date(startedAt).toISOString(),
        lag_ms: lagMs,
        policy: ports.serving().snapshot.policyDigest,
        store: { available: isStoreAvailable },
        audit: { available: isAuditAvailable, events, waiting, sealed: checkpointSize },
      });
    },
  }),
  defineRoute({
    method: "POST",
    at: "/admin/api/reload",
    id: "reload",
    summary:
      "Reads the configuration anew and swaps it; requests that run keep theirs. One that cannot be used changes nothing.",
    roles: ["admin", "operator"],
    path: common.nothing,
    query: common.nothing,
    body: common.reasonOnly,
    answer: v.strictObject({
      seq: common.seq,
      policy: v.string(),
      needs_restart: v.pipe(
        v.array(v.string()),
        v.description("What is another in the file, and takes a new start."),
      ),
    }),
    codes: ["config_refused"],
    run: async ({ body, by, request }, ports) => {
      if (!ports.audit.isAvailable()) {
        return refused(
          "audit_unavailable",
          "The audit log cannot be written now. Nothing was changed.",
        );
      }
      const read = await ports.reload({ actor: actorOf(by), request, reason: body.reason });
      if (read.kind === "loaded") {
        const { seq, policyDigest, needsRestart } = read;
        return answered({ seq, policy: policyDigest, needs_restart: needsRestart });
      }
      const detail = read.seq === undefined ? {} : { seq: read.seq };
      return refused("config_refused", `The old configuration goes on: ${read.reason}`, detail);
    },
  }),
];
