import { join } from "node:path";

import type { Concern } from "../../kernel/concern.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { joinVerdicts } from "../../kernel/verdict.ts";
import type { Assurance } from "../../gateway/routing/contract.ts";
import { LOCK_FILE, lockEntry, type LockEntry } from "../../model/lock/lock.ts";
import { readLock } from "../../model/lock/read.ts";
import type { RouteSettings } from "./settings.ts";

/** What a person let in, with their reason. */
export type Admit = {
  /** `caution` lets verdicts of caution onto a wider bind, `unlocked` models that nobody vetted. */
  readonly what: readonly ("caution" | "unlocked")[];
  readonly reason: string;
};

/** What is known of a route's model, once it was let in. */
export type Admitted = {
  readonly alias: string;
  readonly assurance: Assurance;
  readonly digest: string | undefined;
  readonly entry: LockEntry | undefined;
  /** Set where a person lifted what policy refuses. */
  readonly lifted: string | undefined;
};

/**
 * Lets routes in or refuses them, by what the lock says of their model (ARCHITECTURE section 2, "How verdicts
 * join", 4 and 5): `stop` and `unknown` never; `caution`, and a model without an entry, on loopback alone
 * unless a person lifts it with a reason.
 * @throws PlimsollError `refused`, all reasons at once; `lock-invalid`.
 */
export async function admitRoutes(
  routes: readonly RouteSettings[],
  around: Around & { readonly cwd: string },
): Promise<readonly Admitted[]> {
  const { admitted, refused } = await judgeRoutes(routes, around);
  if (refused.size === 0) return admitted;
  const reasons = [...refused].map(([alias, reason]) => `${alias}: ${reason}`);
  throw new PlimsollError("refused", reasons.join("; "), {
    hint: "Vet and lock the model: plimsoll vet ./model --lock. Or lift it: --admit caution|unlocked --reason TEXT",
  });
}

/**
 * Judges each route by the lock as it is now.
 * @throws PlimsollError `lock-invalid`.
 */
export async function judgeRoutes(
  routes: readonly RouteSettings[],
  around: Around & { readonly cwd: string },
): Promise<{
  readonly admitted: readonly Admitted[];
  /** Reasons, by the name of the route. */
  readonly refused: ReadonlyMap<string, string>;
}> {
  const needsLock = routes.some(({ lock }) => lock !== undefined);
  const lock = needsLock ? await readLock(join(around.cwd, LOCK_FILE)) : undefined;
  const refused = new Map<string, string>();
  const admitted = routes.map(({ alias, lock: name }): Admitted => {
    const entry = name === undefined || lock === undefined ? undefined : lockEntry(lock, name);
    const answer = entry === undefined ? judgeUnlocked(around) : judge(entry, around);
    if (name !== undefined && entry === undefined) {
      refused.set(alias, `there is no entry "${name}" in ${LOCK_FILE}`);
    } else if (answer.kind === "refused") refused.set(alias, answer.reason);
    return {
      alias,
      // A server of somebody's own may answer with other weights than those that were vetted here.
      assurance: entry === undefined ? "none" : "declared",
      digest: entry?.digest,
      entry,
      lifted: answer.kind === "lifted" ? answer.reason : undefined,
    };
  });
  return { admitted, refused };
}

type Answer =
  | { readonly kind: "admitted" }
  | { readonly kind: "lifted" | "refused"; readonly reason: string };

type Around = {
  readonly require: readonly Concern[];
  readonly isLoopback: boolean;
  readonly admit: Admit | undefined;
};

function judge({ verdict = {} }: LockEntry, { require, isLoopback, admit }: Around): Answer {
  // A concern that is required and was not answered is unknown, and unknown is never let in.
  const overall = joinVerdicts(require.map((concern) => verdict[concern] ?? "unknown"));
  if (overall === "clear") return { kind: "admitted" };
  if (overall !== "caution") return { kind: "refused", reason: `its verdict is ${overall}` };
  if (isLoopback) return { kind: "admitted" };
  if (admit?.what.includes("caution") === true) return { kind: "lifted", reason: admit.reason };
  return { kind: "refused", reason: "its verdict is caution, and others than you can reach it" };
}

function judgeUnlocked({ isLoopback, admit }: Around): Answer {
  if (isLoopback) return { kind: "admitted" };
  if (admit?.what.includes("unlocked") === true) return { kind: "lifted", reason: admit.reason };
  return { kind: "refused", reason: "nobody vetted it, and others than you can reach it" };
}
