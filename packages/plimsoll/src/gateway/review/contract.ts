import type { HoldRow, ListedHold, VoteRow } from "../../store/contract.ts";

/** Who decides: the id of a key, `key:` and `admin:` before it or not; or `local`, the owner of this machine. */
export type Reviewer = { readonly actor: string };

/** A person's word: who, on what they saw, and why. */
export type Word = Reviewer & {
  /** The digest of what the person saw, as `show` tells it. */
  readonly digest: string;
  /** 1 to `REASON_MAX_CHARS` characters; the audit log keeps it. */
  readonly reason: string;
};

/** What a word came to. */
export type Decided =
  /** Done: `digest` is that of what is let out, or of what never will be. */
  | { readonly kind: "released" | "edited" | "refused"; readonly digest: string }
  /** So many more must agree, with `digest`: that of the new text, after an edit. */
  | { readonly kind: "waits"; readonly for: number; readonly digest: string }
  /** It was decided before, or nobody did in time. */
  | { readonly kind: "decided"; readonly state: HoldRow["state"] }
  /** The new text holds what a guard lets nobody write; `by` names the guard. */
  | { readonly kind: "blocked"; readonly by: string }
  | { readonly kind: NotDecided };

/** Why a word did not count; nothing was changed. */
export type NotDecided =
  | "not-found"
  /** The one who asked for the answer. */
  | "own"
  /** No key that is good now and has the role `reviewer` or `admin`. */
  | "not-allowed"
  /** Not what was sealed, or not what the person saw: an edit came between, or one bit was changed. */
  | "changed"
  /** Somebody else looks at it. */
  | "claimed"
  /** This person said so before: somebody else must. */
  | "voted"
  /** The new text is empty, too long, no JSON where JSON was asked for, or stands for a request. */
  | "unfit"
  /** The reason is empty or longer than a line of the log has room for. */
  | "reason"
  /** Too many changed it at the same time: try again. */
  | "busy";

/** What a person who decides sees; surrogates stand for what was replaced in the request. */
export type ShownHold = ListedHold & {
  /** The answer, or of a held request what was asked. */
  readonly text: string;
  /** What was asked for; the digest binds it too. Empty for a held request. */
  readonly asked: string;
  readonly votes: readonly VoteRow[];
};

/** What showing came to. */
export type Shown =
  | { readonly kind: "shown"; readonly hold: ShownHold }
  | { readonly kind: "not-found" | "own" | "not-allowed" | "changed" | "busy" };

/** What claiming came to; `until` in milliseconds since 1970. */
export type Claimed =
  | { readonly kind: "claimed-by-you"; readonly until: number }
  | { readonly kind: "decided"; readonly state: HoldRow["state"] }
  | { readonly kind: "not-found" | "own" | "not-allowed" | "claimed" | "busy" };

/**
 * People who decide on what waits. Every call ends in one durable event or changes nothing; who may do what is
 * looked up among the keys at that moment, so that a key that was revoked decides nothing any more.
 *
 * Rejects only when the store or the log cannot be had.
 */
export type Review = {
  /** Those of a state, oldest first, at most 1,000; all without one. Anybody may be told: nothing sealed is in it. */
  readonly list: (state?: HoldRow["state"]) => Promise<readonly ListedHold[]>;
  /** What a person sees before deciding. That they saw it is an event, durable before they do. */
  readonly show: (id: string, by: Reviewer) => Promise<Shown>;
  /** Keeps others from deciding for `CLAIM_TTL_MS`; again, it begins anew. */
  readonly claim: (id: string, by: Reviewer & { readonly reason?: string }) => Promise<Claimed>;
  /** Lets it out as it is. */
  readonly release: (id: string, word: Word) => Promise<Decided>;
  /** Puts a text in the place of the answer, as guards let it; another person may have to confirm its digest. */
  readonly edit: (id: string, word: Word & { readonly text: string }) => Promise<Decided>;
  /** Lets nothing out, now and later. */
  readonly refuse: (id: string, word: Word) => Promise<Decided>;
};
