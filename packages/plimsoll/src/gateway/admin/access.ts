import type { IncomingHttpHeaders } from "node:http";

import type { KeyRole } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { AdminPorts } from "./contract.ts";
import { problem, type Problem } from "./problem.ts";
import { hasRole } from "./roles.ts";

/** Whether somebody may ask. */
export type Access =
  | { readonly kind: "let-in"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly problem: Problem };

/**
 * Lets a key with one of these roles in. Nothing but a key counts: that a request comes from this machine says who
 * sits at it as little as an address does, so that the implicit `local` of loopback has no part in this.
 */
export function letIn(
  headers: IncomingHttpHeaders,
  roles: readonly KeyRole[],
  { serving, now }: Pick<AdminPorts, "serving" | "now">,
): Access {
  const [, bearer] = /^bearer +(\S+) *$/iu.exec(headers.authorization ?? "") ?? [];
  if (bearer === undefined) return MISSING;
  const known = serving().keyRing.authenticate(bearer, now());
  if (known.kind === "refused") {
    const { code, message } = known.refusal;
    const told = code === "key_expired" || code === "key_missing" ? code : "key_unknown";
    return { kind: "refused", problem: problem(told, message) };
  }
  const { caller } = known;
  if (caller.keyId === "local") return UNKNOWN;
  return hasRole(caller, roles)
    ? { kind: "let-in", caller }
    : { kind: "refused", problem: problem("not_allowed", needs(roles)) };
}

const MISSING: Access = {
  kind: "refused",
  problem: problem(
    "key_missing",
    "Send a key with a role: Authorization: Bearer plm_… On the machine itself: plimsoll keys create --name me --role admin",
  ),
};

const UNKNOWN: Access = {
  kind: "refused",
  problem: problem("key_unknown", "This key is not known here."),
};

function needs(roles: readonly KeyRole[]): string {
  return `This needs a key with the role ${roles.join(" or ")}.`;
}
