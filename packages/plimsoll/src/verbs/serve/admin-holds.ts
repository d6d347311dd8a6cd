import type { AdminHolds } from "../../gateway/admin/contract.ts";
import type { Review } from "../../gateway/review/contract.ts";

/** Review as the admin API asks it: what `plimsoll holds` does, by the name of a key. */
export function adminHolds(review: Review): AdminHolds {
  return {
    list: (state) => review.list(state),
    show: async (id, { keyId }) => {
      const shown = await review.show(id, { actor: keyId });
      return shown.kind === "shown"
        ? { kind: "shown", hold: shown.hold }
        : { kind: "not-done", why: shown.kind };
    },
    decide: async (id, { keyId }, { verdict, digest, reason, text }) => {
      const word = { actor: keyId, digest, reason };
      const decided =
        verdict === "edit"
          ? await review.edit(id, { ...word, text: text ?? "" })
          : await review[verdict](id, word);
      switch (decided.kind) {
        case "released":
        case "edited":
        case "refused":
          return { kind: decided.kind, seq: undefined };
        case "waits":
          return { kind: "waits", for: decided.for, seq: undefined };
        case "blocked":
          return { kind: "not-done", why: "unfit" };
        default:
          return { kind: "not-done", why: decided.kind };
      }
    },
  };
}
