import type { Turn } from "../../engine/turn.ts";
import { findOddity } from "../json/keys.ts";
import { refuse, type Refusal } from "../refusal.ts";

/**
 * Refuses calls whose arguments have two meanings. They come as a text within the body, so that reading the body
 * did not see them, and an engine's template may read them as JSON.
 */
export function refuseOddArguments({ messages }: Pick<Turn, "messages">): Refusal | undefined {
  for (const { calls } of messages) {
    for (const { args } of calls ?? []) {
      const oddity = findOddity(args);
      if (oddity === undefined) continue;
      return refuse(
        "bad_request",
        oddity.kind === "deep"
          ? "The arguments of a call are nested too deep."
          : "The arguments of a call hold a key twice.",
        { param: "messages" },
      );
    }
  }
  return undefined;
}
