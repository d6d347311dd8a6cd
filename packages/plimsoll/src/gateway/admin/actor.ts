import type { Caller } from "../keys/contract.ts";

/** Who acts, as the audit log names them: an admin API's caller is named by its key. */
export function actorOf({ keyId }: Pick<Caller, "keyId">): string {
  return keyId === "local" ? "local" : `admin:${keyId}`;
}
