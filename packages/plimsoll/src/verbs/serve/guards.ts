import type { ServeFile } from "../../config/serve-schema.ts";
import { GUARDS } from "../../generated/guards.ts";
import { GUARD_TIMEOUT_MS, type PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { Guard } from "../../kernel/guard.ts";
import type { Knowledge } from "../../kernel/knowledge.ts";
import { readWait } from "./times.ts";

/**
 * The few rules that gateways are compared with: e-mail addresses, cards, IBANs and one prefix of a token, as they
 * stand under `guards:` in plimsoll.yaml.
 */
export const REFERENCE_GUARDS: NonNullable<ServeFile["guards"]> = {
  "personal-data": { only: ["email", "card", "iban"] },
  secrets: { only: ["github-pat"] },
};

/**
 * Makes every guard of this version ready, as a policy wants it; each is on when the policy does not name it.
 * @throws PlimsollError `setting-invalid` for a guard that there is none of, and for a type that people shall decide
 * on and no guard stops.
 */
export async function preparePolicyGuards(options: {
  readonly guards: ServeFile["guards"];
  readonly knowledge: Knowledge;
  readonly review?: { readonly when: readonly string[]; readonly twoPerson: readonly string[] };
}): Promise<readonly PolicyGuard[]> {
  const { when = [], twoPerson = [] } = options.review ?? {};
  const unheld = new Set([...when, ...twoPerson]);
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
    if (policy.only !== undefined) refuseUnknown(guard, policy.only, options.knowledge);
    const { open } = guard.prepare({ knowledge: options.knowledge, only: policy.only });
    const mode = policy.mode ?? guard.mode;
    const names = new Set(guard.names(options.knowledge));
    // One that only observes stops nothing: text may have left before it speaks.
    const stops = (type: string): boolean =>
      mode !== "observe" && policy.only?.includes(type) !== false && names.has(type);
    const holdTypes = when.filter((type) => stops(type));
    for (const type of unheld) if (stops(type)) unheld.delete(type);
    prepared.push({
      id: guard.id,
      version: guard.version,
      mode,
      onError: policy.on_error ?? "block",
      ...(holdTypes.length === 0 ? {} : { holdTypes }),
      timeoutMs: readWait(policy.timeout) ?? GUARD_TIMEOUT_MS,
      sides: guard.sides,
      channels: guard.channels,
      open,
    });
  }
  if (unheld.size === 0) return prepared;
  throw new PlimsollError("setting-invalid", `no guard here stops ${[...unheld].join(", ")}`, {
    hint: "Mend review.when and review.two_person: name types, as receipts do, of guards that redact, hold or block.",
  });
}

/** A name that is misspelt would leave what it means unguarded, without a word. */
function refuseUnknown(guard: Guard, only: readonly string[], knowledge: Knowledge): void {
  const names = new Set(guard.names(knowledge));
  const unknown = only.filter((name) => !names.has(name));
  if (only.length > 0 && unknown.length === 0) return;
  throw new PlimsollError(
    "setting-invalid",
    `the guard ${guard.id} ${only.length === 0 ? "is left without a rule" : `finds no ${unknown.join(", ")}`}`,
    {
      hint: `Name any of: ${[...names].toSorted().join(", ")}.`,
    },
  );
}

/** A guard is named whole, `privacy/personal-data`, or by its own part alone. */
function isNamed(id: string, name: string): boolean {
  return id === name || id.endsWith(`/${name}`);
}
