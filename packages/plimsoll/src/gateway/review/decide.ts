import type { HoldChange, HoldRow, VoteRow } from "../../store/contract.ts";
import { reviewAnswer } from "../pipeline/reviewed.ts";
import type { Decided } from "./contract.ts";
import { actorOf, eventOf, isClaimed } from "./facts.ts";
import type { HoldPorts } from "./holds.ts";
import { digestOf, isFit, writtenBy, type Kept } from "./kept.ts";
import { LOCAL, type People } from "./people.ts";
import { EDIT_MAX_CHARS } from "./policy.ts";
import { rule, type Ruling } from "./rule.ts";

/** A word that was read: `by` is a person's key, who may decide. */
export type Spoken = {
  readonly verdict: VoteRow["verdict"];
  readonly by: string;
  /** The digest of what they saw. */
  readonly saw: string;
  readonly reason: string;
  /** The new text of an edit; empty else. */
  readonly text: string;
};

/**
 * Tries to make a word count, on what is read now.
 * @returns undefined when somebody else changed it meanwhile, or its time ran out: look again.
 */
export async function tryToDecide(
  ports: HoldPorts,
  people: People,
  id: string,
  word: Spoken,
): Promise<Decided | undefined> {
  const { store, vault, now } = ports;
  const found = await store.holds.get(id);
  if (found === undefined) return { kind: "not-found" };
  const { hold } = found;
  if (hold.state !== "open") return { kind: "decided", state: hold.state };
  const own = ownership(hold, word.by, people);
  if (own === "own") return { kind: "own" };
  const at = now();
  if (hold.expiresAt <= at) return undefined;
  if (isClaimed(hold, word.by, people, at)) return { kind: "claimed" };
  if (word.saw !== hold.digest) return { kind: "changed" };
  const isSelf = own === "alone";
  // What cannot be opened can still be refused, by one.
  if (word.verdict === "refuse") {
    return keep(ports, hold, { digest: hold.digest }, { word, ruling: REFUSED, at, isSelf });
  }
  // What is opened must be what was sealed.
  const kept = vault.open(hold);
  if (kept === undefined) return { kind: "changed" };
  const votes = found.votes
    .filter(({ by }) => people.mayReview(by))
    .map((vote) => ({ ...vote, by: people.personOf(vote.by) }));
  const judged = { ...hold, votes, isEdited: kept.edits > 0 };
  const ruling = rule(judged, { ...word, isAlone: word.by === LOCAL && people.isAlone });
  if (ruling.kind === "voted") return { kind: "voted" };
  const next = word.verdict === "edit" ? await written(ports, kept, word.text) : kept;
  if ("kind" in next) return next;
  const digest = digestOf(next);
  const { kind } = ruling;
  // Sealed with what was decided: a row alone cannot say so.
  const outcome = kind === "released" || kind === "edited" ? kind : "open";
  const isFresh = outcome !== "open" || word.verdict === "edit";
  const sealed = isFresh ? { sealed: vault.reseal(hold, { ...next, outcome }) } : {};
  return keep(ports, hold, { digest, ...sealed }, { word, ruling, at, isSelf });
}

const REFUSED = { kind: "refused" } as const;

/** Whether somebody decides on what they asked for themselves; `alone` where nobody else could. */
export function ownership(
  { keyId }: Pick<HoldRow, "keyId">,
  by: string,
  people: People,
): "own" | "alone" | "no" {
  if (people.personOf(keyId) !== by) return "no";
  return by === LOCAL && people.isAlone ? "alone" : "own";
}

/** A person's text, as guards let it leave: they look at it as at any model's. */
async function written(
  { guards }: HoldPorts,
  kept: Kept,
  text: string,
): Promise<Kept | { readonly kind: "unfit" } | { readonly kind: "blocked"; readonly by: string }> {
  if (text.length > EDIT_MAX_CHARS || !isFit(kept, writtenBy(text))) return UNFIT;
  const isJson = kept.turn.output.kind !== "text";
  const options = { guards: guards(), isJson, hasLogprobs: false };
  const reviewed = await reviewAnswer(writtenBy(text), options);
  if (reviewed.kind === "blocked") return { kind: "blocked", by: reviewed.halt.guard };
  const { deltas } = reviewed;
  return isFit(kept, deltas) ? { ...kept, deltas, edits: kept.edits + 1 } : UNFIT;
}

const UNFIT = { kind: "unfit" } as const;

const KINDS = { release: "review.release", edit: "review.edit", refuse: "review.refuse" } as const;

/** Writes a word, what it changes and its event: all of it, or none where somebody was faster. */
async function keep(
  { store, keep: keepAll, waiters }: HoldPorts,
  hold: HoldRow,
  next: { readonly digest: string; readonly sealed?: Uint8Array },
  told: {
    readonly word: Spoken;
    readonly ruling: Exclude<Ruling, { readonly kind: "voted" }>;
    readonly at: number;
    readonly isSelf: boolean;
  },
): Promise<Decided | undefined> {
  const { word, ruling, at, isSelf } = told;
  const { verdict, by, saw, reason } = word;
  const { id, policyDigest } = hold;
  const { digest } = next;
  const state: HoldChange = ruling.kind === "waits" ? {} : { state: ruling.kind, decidedAt: at };
  const body = { digest, policy: policyDigest, reason, saw, self: isSelf, verdict };
  const kind = ruling.kind === "waits" ? "review.vote" : KINDS[verdict];
  const isDone = await keepAll(() =>
    store.holds.change(
      hold,
      { ...next, ...state, claimedBy: null, claimedUntil: null },
      {
        vote: { holdId: id, at, by, verdict, digest, policyDigest, reason },
        event: eventOf(kind, actorOf(by), hold, body),
      },
    ),
  );
  if (!isDone) return undefined;
  waiters.tell(id);
  return { ...ruling, digest };
}
