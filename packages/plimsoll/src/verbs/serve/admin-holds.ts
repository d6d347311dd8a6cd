import type { AdminHolds } from "../../gateway/admin/contract.ts";
import type { Holds } from "../../gateway/review/holds.ts";

/** Review as the admin API asks it: what `plimsoll holds` does, by the name of a key. */
export function adminHolds(holds: Holds): AdminHolds {
  return {
    list: (state) => holds.list(state),
    show: async (id) => {
      const hold = await holds.show(id);
      return hold === undefined ? { kind: "not-done", why: "not-found" } : { kind: "shown", hold };
    },
    decide: async (id, by, { verdict, digest, reason, text }) => {
      const word = { verdict, digest, reason, ...(text === undefined ? {} : { text }) };
      const decided = await holds.decide(id, by, word);
      switch (decided.kind) {
        case "released":
        case "edited":
        case "refused":
          return { kind: decided.kind, seq: undefined };
        case "waits":
          return { kind: "waits", for: decided.for, seq: undefined };
        case "not-found":
        case "own":
        case "changed":
        case "decided":
          return { kind: "not-done", why: decided.kind };
      }
    },
  };
}
