import type { JsonObject } from "../../kernel/json.ts";
import type { Caller } from "../keys/contract.ts";
import type { KeyChanger } from "../keys/change.ts";
import { readBudgets, repeatedIn, type AskedBudget } from "../limits/budget-text.ts";
import { actorOf } from "./actor.ts";
import type { AdminPorts } from "./contract.ts";
import { answered, refused, type RouteAnswer } from "./route.ts";

/** What a change came to: what is answered, or why it is not made; undefined when what it is about is not there. */
export type Change = JsonObject | RouteAnswer | undefined;

/**
 * Makes a change, takes it up, and has its event in the log before it is answered. The change is taken up first: a
 * key that was revoked must be no good even where the log cannot be written.
 */
export async function changing(
  ports: AdminPorts,
  request: string,
  change: (store: AdminPorts["store"]) => Promise<Change>,
): Promise<RouteAnswer> {
  if (!ports.audit.isAvailable()) {
    return refused(
      "audit_unavailable",
      "The audit log cannot be written now. Nothing was changed.",
    );
  }
  const result = await ports.outbox.keep(async () => {
    const made = await change(ports.store);
    if (made !== undefined && !isAnswer(made)) await ports.changed();
    return made;
  });
  if (result === undefined) return refused("not_found", "There is none of this name that is good.");
  return isAnswer(result) ? result : answered({ seq: ports.outbox.seqOf(request), ...result });
}

/** Who changes, as the audit log is told. */
export function changerOf(
  { by, request }: { readonly by: Caller; readonly request: string },
  reason: string,
  { now }: AdminPorts,
): KeyChanger {
  return { actor: actorOf(by), request, reason, now: now() };
}

/** The budgets that a body asks for, or why they cannot be had. */
export function budgetsOf(
  {
    budgets = [],
    rates = [],
  }: {
    readonly budgets?: readonly string[] | undefined;
    readonly rates?: readonly string[] | undefined;
  },
  { canEnforce }: AdminPorts,
):
  | { readonly kind: "asked"; readonly asked: readonly AskedBudget[] }
  | { readonly kind: "not-asked"; readonly answer: RouteAnswer } {
  if (repeatedIn(budgets, rates) !== undefined) {
    const twice = "Two of these are of the same unit and window: say each once.";
    return { kind: "not-asked", answer: refused("bad_request", twice) };
  }
  const asked = readBudgets(budgets, rates);
  if (canEnforce(asked)) return { kind: "asked", asked };
  const answer = refused(
    "limit_unenforceable",
    "This is money, and an upstream has no price, or none has one in this currency: name it with --price or in plimsoll.yaml.",
  );
  return { kind: "not-asked", answer };
}

function isAnswer(change: JsonObject | RouteAnswer): change is RouteAnswer {
  return "kind" in change && (change.kind === "refused" || change.kind === "answered");
}
