import type { KeyRole } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";

/** Every role that a key may have. */
export const KEY_ROLES: readonly KeyRole[] = [
  "admin",
  "operator",
  "developer",
  "reviewer",
  "auditor",
  "revealer",
];

/** What `admin` may do besides its own: everything but reveal. Who sees what was held is somebody's own word. */
const ADMIN_INCLUDES: ReadonlySet<KeyRole> = new Set([
  "admin",
  "operator",
  "developer",
  "reviewer",
  "auditor",
]);

/** True when a caller has one of these roles, by itself or as an admin. */
export function hasRole({ roles }: Pick<Caller, "roles">, wanted: readonly KeyRole[]): boolean {
  const isAdmin = roles.includes("admin");
  return wanted.some((role) => roles.includes(role) || (isAdmin && ADMIN_INCLUDES.has(role)));
}

/**
 * Roles that a caller may not give to a key: those that it does not have itself. An admin who could make a key that
 * reveals would be a revealer (CWE-269).
 */
export function notToGive(
  caller: Pick<Caller, "roles">,
  roles: readonly KeyRole[],
): readonly KeyRole[] {
  return roles.filter((role) => !hasRole(caller, [role]));
}

/** The team that a caller's view ends at; undefined for those who see all of them. */
export function ownTeam(caller: Pick<Caller, "roles" | "team">): string | undefined {
  return hasRole(caller, ["admin", "operator", "auditor"]) ? undefined : caller.team;
}
