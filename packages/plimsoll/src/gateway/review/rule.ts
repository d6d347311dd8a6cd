import type { HoldRow, VoteRow } from "../../store/contract.ts";

/** What one word of a person comes to. */
export type Ruling =
  | { readonly kind: "released" | "edited" | "refused" }
  /** More people must agree. */
  | { readonly kind: "waits"; readonly for: number }
  /** They said so before. */
  | { readonly kind: "voted" };

/** A held answer as the rule sees it, with the words that people said of it who may still decide. */
export type Judged = Pick<HoldRow, "digest" | "policyDigest" | "quorum" | "editQuorum"> & {
  readonly votes: readonly Pick<VoteRow, "by" | "verdict" | "digest" | "policyDigest">[];
  /** True when a person wrote what stands there now. */
  readonly isEdited: boolean;
};

/**
 * What a person's word comes to.
 *
 * One who refuses is enough. To let out takes as many different people as the policy says, each bound to the digest
 * and the policy that it was held under; who wrote the text that stands there now is one of them.
 * `isAlone`: there is nobody who could be the second for an edit.
 */
export function rule(
  judged: Judged,
  word: { readonly verdict: VoteRow["verdict"]; readonly by: string; readonly isAlone: boolean },
): Ruling {
  if (word.verdict === "refuse") return { kind: "refused" };
  const editQuorum = word.isAlone ? 1 : judged.editQuorum;
  // A new text has a new digest: nobody but its author has said a word on it.
  if (word.verdict === "edit") {
    return short(Math.max(judged.quorum, editQuorum) - 1, "edited");
  }
  const agreeing = judged.votes.filter(
    ({ verdict, digest, policyDigest }) =>
      verdict !== "refuse" && digest === judged.digest && policyDigest === judged.policyDigest,
  );
  if (agreeing.some(({ by }) => by === word.by)) return { kind: "voted" };
  const needed = Math.max(judged.quorum, judged.isEdited ? editQuorum : 1);
  const people = new Set(agreeing.map(({ by }) => by)).size + 1;
  return short(needed - people, judged.isEdited ? "edited" : "released");
}

function short(missing: number, kind: "released" | "edited"): Ruling {
  return missing > 0 ? { kind: "waits", for: missing } : { kind };
}
