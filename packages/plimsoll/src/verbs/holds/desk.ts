import { join } from "node:path";

import { dataFolder } from "../../config/home.ts";
import { auditOrigin } from "../../config/install.ts";
import { loadSetting } from "../../config/load.ts";
import { knowledgeFor } from "../../config/open-knowledge.ts";
import { MemoryKeyRing } from "../../gateway/keys/ring.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import type { Review, Reviewer } from "../../gateway/review/contract.ts";
import { Holds } from "../../gateway/review/holds.ts";
import { keyringOf } from "../../gateway/review/keyring-of.ts";
import { LOCAL } from "../../gateway/review/people.ts";
import { REVIEW_TTL_MS } from "../../gateway/review/policy.ts";
import { Vault } from "../../gateway/review/vault.ts";
import { Waiters } from "../../gateway/review/waiters.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { Store } from "../../store/contract.ts";
import { openCaughtUp } from "../keys/caught-up.ts";
import { withLog } from "../keys/tell.ts";
import { preparePolicyGuards } from "../serve/guards.ts";
import { serveSection } from "../serve/section.ts";
import type { VerbContext } from "../verb.ts";

/** Policies that a tool has no use for: what is held keeps what it was held under. */
const NO_POLICY = { quorum: 1, twoPerson: [], editSecond: true, ttlMs: REVIEW_TTL_MS } as const;

/**
 * Opens what lets a person decide, beside a server that runs or without one.
 * @throws PlimsollError `refused` for a key in PLIMSOLL_KEY that is not good; `setting-invalid`, `store-unavailable`.
 */
export async function withDesk<T>(
  context: VerbContext,
  options: { readonly file: string | undefined; readonly needsGuards: boolean },
  use: (review: Review, by: Reviewer) => Promise<T>,
): Promise<T> {
  const guards = options.needsGuards ? await guardsFor(context, options.file) : [];
  const home = dataFolder(context.where);
  const place = { home, origin: auditOrigin(context.where), now };
  const store = await openCaughtUp(place);
  try {
    const actor = await actorFrom(store, context.where.env["PLIMSOLL_KEY"]);
    const review = new Holds({
      store,
      vault: new Vault(await keyringOf(store, join(home, "store", "keyring")), store.subjects),
      waiters: new Waiters(),
      policy: () => NO_POLICY,
      guards: () => guards,
      keep: (change) => withLog(store, place, change),
      now,
    });
    return await use(review, { actor });
  } finally {
    await store.close();
  }
}

const now = (): number => Date.now();

/** Whoever has the disk is `local`; a key in PLIMSOLL_KEY says which person it is. */
async function actorFrom(store: Store, presented: string | undefined): Promise<string> {
  if (presented === undefined || presented === "") return LOCAL;
  const ring = new MemoryKeyRing(await store.keys.all(), false);
  const known = ring.authenticate(presented.trim(), now());
  if (known.kind === "known") return known.caller.keyId;
  throw new PlimsollError("refused", "the key in PLIMSOLL_KEY is not good", {
    hint: "Ask for one with the role reviewer, or leave PLIMSOLL_KEY empty to act as the owner of this machine.",
  });
}

async function guardsFor(
  { cwd, where, packageRoot }: VerbContext,
  file: string | undefined,
): Promise<readonly PolicyGuard[]> {
  const { from } = await loadSetting({ cwd, where, file, flags: {} });
  const knowledge = await knowledgeFor(packageRoot);
  return preparePolicyGuards({ guards: serveSection(from)?.guards, knowledge });
}
