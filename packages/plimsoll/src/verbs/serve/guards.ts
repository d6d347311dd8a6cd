import type { ServeFile } from "../../config/serve-schema.ts";
import { GUARDS } from "../../generated/guards.ts";
import { GUARD_TIMEOUT_MS, type PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { Knowledge } from "../../kernel/knowledge.ts";
import { readWait } from "./times.ts";

/**
 * Makes every guard of this version ready, as a policy wants it; each is on when the policy does not name it.
 * @throws PlimsollError `setting-invalid` for a guard that there is none of.
 */
export async function preparePolicyGuards(options: {
  readonly guards: ServeFile["guards"];
  readonly knowledge: Knowledge;
}): Promise<readonly PolicyGuard[]> {
  const wanted = new Map(Object.entries(options.guards ?? {}));
  const unknown = [...wanted.keys()].filter((name) => !GUARDS.some(({ id }) => isNamed(id, name)));
  if (unknown.length > 0) {
    throw new PlimsollError("setting-invalid", `there is no guard called ${unknown.join(" or ")}`, {
      hint: `Choose from: ${GUARDS.map(({ id }) => id).join(", ")}.`,
    });
  }
  const prepared: PolicyGuard[] = [];
  for (const entry of GUARDS) {
    const [, own] = [...wanted].find(([name]) => isNamed(entry.id, name)) ?? [];
    const policy = typeof own === "string" ? { mode: own } : (own ?? {});
    if (policy.mode === "off") continue;
    const guard = await entry.load();
    const { open } = guard.prepare({ knowledge: options.knowledge, only: policy.only });
    prepared.push({
      id: guard.id,
      version: guard.version,
      mode: policy.mode ?? guard.mode,
      onError: policy.on_error ?? "block",
      timeoutMs: readWait(policy.timeout) ?? GUARD_TIMEOUT_MS,
      sides: guard.sides,
      channels: guard.channels,
      open,
    });
  }
  return prepared;
}

/** A guard is named whole, `privacy/personal-data`, or by its own part alone. */
function isNamed(id: string, name: string): boolean {
  return id === name || id.endsWith(`/${name}`);
}
