import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ADMIN_ROUTES } from "../../gateway/admin/routes/all.ts";
import { KEY_ROLES } from "../../gateway/admin/roles.ts";
import type { KeyRole } from "../../store/contract.ts";
import {
  adminHome,
  makeKeys,
  openAdminServer,
  type AdminServer,
  type Told,
} from "../../testing/admin-server.ts";

const { home, remove } = adminHome();
const secrets = new Map<string, string>();
let server: AdminServer;

beforeAll(async () => {
  const made = await makeKeys(home, [
    ...KEY_ROLES.map((role) => ({ name: role, roles: [role], team: "sea" })),
    { name: "nobody" },
    { name: "ended", roles: ["admin"], lifetimeMs: 0 },
  ]);
  for (const { key, secret } of made) secrets.set(key.name, secret);
  server = await openAdminServer(home);
});
afterAll(async () => {
  await server.close();
  remove();
});

/** Who may do what, by hand: the routes say it too, and both must agree. */
const MAY: Readonly<Record<string, readonly KeyRole[]>> = {
  showSelf: ["admin", "operator", "developer", "reviewer", "auditor", "revealer"],
  showHealth: ["admin", "operator", "auditor"],
  reload: ["admin", "operator"],
  listKeys: ["admin", "operator", "auditor"],
  createKey: ["admin"],
  changeKey: ["admin"],
  limitKey: ["admin"],
  rotateKey: ["admin"],
  revokeKey: ["admin"],
  listBudgets: ["admin", "operator", "developer", "auditor"],
  removeBudget: ["admin"],
  listTeams: ["admin", "operator", "auditor"],
  limitTeam: ["admin"],
  listModels: ["admin", "operator", "developer", "reviewer", "auditor"],
  listUpstreams: ["admin", "operator", "auditor"],
  listRequests: ["admin", "operator", "developer", "auditor"],
  showRequest: ["admin", "operator", "developer", "auditor"],
  listHolds: ["admin", "operator", "reviewer", "auditor"],
  showHold: ["admin", "reviewer"],
  claimHold: ["admin", "reviewer"],
  releaseHold: ["admin", "reviewer"],
  editHold: ["admin", "reviewer"],
  refuseHold: ["admin", "reviewer"],
  showCheckpoint: ["admin", "operator", "auditor"],
  listEvents: ["admin", "auditor"],
  proveEvent: ["admin", "auditor"],
  proveConsistency: ["admin", "auditor"],
  exportEvents: ["admin", "auditor"],
};

/** A path that is of the right form, to something that is not there. */
function pathOf(at: string): string {
  return at
    .replace("{key}", "AAAAAAAA")
    .replace("{budget}", "bud_AAAAAAAAAAAA")
    .replace("{request}", "req_AAAA")
    .replace("{hold}", "hold_AAAA");
}

/** Asks with nothing in it: whoever may is told what is wrong with it, and nothing is changed. */
function knock(route: (typeof ADMIN_ROUTES)[number], key: string | undefined): Promise<Told> {
  const body = route.method === "GET" ? undefined : {};
  return server.ask(route.method, pathOf(route.at), { key, body });
}

test("the table names every route, and no other", () => {
  expect(Object.keys(MAY).toSorted()).toEqual(ADMIN_ROUTES.map(({ id }) => id).toSorted());
});

describe.each(ADMIN_ROUTES.map((route) => [route.id, route] as const))("%s", (id, route) => {
  test.each(KEY_ROLES)("%s", async (role) => {
    const told = await knock(route, secrets.get(role));
    // Whoever may is told what is wrong with the question.
    const expected = MAY[id]?.includes(role) === true ? [200, 400, 404] : [403];
    expect(expected).toContain(told.status);
    expect(told.code === "not_allowed").toBe(told.status === 403);
  });

  test.each([
    ["a key without a role", "nobody", "not_allowed"],
    ["a key that has ended", "ended", "key_expired"],
    ["no key", undefined, "key_missing"],
    ["a key of another form", "sk-abc", "key_unknown"],
  ])("%s", async (_, name, code) => {
    const key = name === undefined ? undefined : (secrets.get(name) ?? name);
    expect((await knock(route, key)).code).toBe(code);
  });
});
