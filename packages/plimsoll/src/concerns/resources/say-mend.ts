import type { Remedy } from "../../kernel/finding.ts";
import { formatMemory } from "../../kernel/units.ts";
import { count } from "./figures.ts";
import type { Mend } from "./memory/mend.ts";

/** Tells the cheapest mend as what to change in the setting, or which weights to take. */
export function sayMend(mend: Mend): Remedy {
  switch (mend.kind) {
    case "context":
      return {
        text: `Fits with shorter conversations: set "context: ${mend.context}" in plimsoll.yaml.`,
      };
    case "conversations":
      return {
        text: `Fits with fewer conversations at a time: set "concurrency: ${mend.conversations}" in plimsoll.yaml.`,
      };
    case "both":
      return {
        text: `Fits for one conversation of ${count(mend.context)} tokens: set "concurrency: 1" and "context: ${mend.context}" in plimsoll.yaml.`,
      };
    case "weights":
      return {
        text:
          mend.weights === 0
            ? "No quantisation of this model fits beside what its conversations take: use fewer or shorter conversations, a smaller model or more memory."
            : `Take a smaller quantisation or a smaller model: weights of up to ${formatMemory(mend.weights)} fit.`,
      };
  }
}
