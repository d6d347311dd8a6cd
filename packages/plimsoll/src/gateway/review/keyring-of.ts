import { existsSync } from "node:fs";

import { PlimsollError } from "../../kernel/error.ts";
import type { Store } from "../../store/contract.ts";
import { openKeyring, type Keyring } from "./keyring.ts";

/**
 * The keyring that a store was sealed with; a new one where nothing was sealed yet. One that is missing, or another
 * one, must never be taken for new: what is sealed could then never be opened again.
 * @throws PlimsollError `environment`.
 */
export async function keyringOf(store: Pick<Store, "subjects">, path: string): Promise<Keyring> {
  const sealed = await store.subjects.any();
  if (sealed !== undefined && !existsSync(path)) {
    throw new PlimsollError("environment", `${path} is missing, and the store was sealed with it`, {
      hint: HINT,
    });
  }
  const keyring = openKeyring(path);
  if (sealed === undefined || keyring.isOf(sealed)) return keyring;
  throw new PlimsollError(
    "environment",
    `${path} is not the keyring that the store was sealed with`,
    {
      hint: HINT,
    },
  );
}

const HINT =
  "Put the file back from where you keep it. What was sealed cannot be opened without; lost for good, begin with another PLIMSOLL_HOME.";
