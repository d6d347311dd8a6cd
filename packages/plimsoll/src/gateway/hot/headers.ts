import type { AppliedEdit, Halt } from "../pipeline/guards.ts";
import type { HotRequest, Snapshot } from "./contract.ts";
import { outcomeOf } from "./receipt.ts";

/** Characters of a digest that are shown. */
const DIGEST_SHOWN = 12;

/** The headers of every answer: who answered, under which guards, and where the receipt is. */
export function answerHeaders(
  { id, route }: Pick<HotRequest, "id" | "route">,
  { guards }: Pick<Snapshot, "guards">,
  edits: readonly AppliedEdit[],
  halt: Halt | undefined,
): Record<string, string> {
  const digest = route.digest?.replace(/^sha256:/u, "").slice(0, DIGEST_SHOWN);
  return {
    "x-plimsoll-request-id": id,
    "request-id": id,
    // Where OpenAI's client looks for it; Anthropic's reads the one above.
    "x-request-id": id,
    "x-plimsoll-model": `${encodeURIComponent(route.alias)}@${digest ?? route.assurance}`,
    "x-plimsoll-guards": guards
      .map((guard) => `${guard.id.replace("/", ".")}=${outcomeOf(guard.id, edits, halt)}`)
      .join(";"),
    "x-plimsoll-receipt": `/v1/plimsoll/receipts/${id}`,
    "ai-disclosure": "mode=machine-generated",
    link: `</v1/models/${encodeURIComponent(route.alias)}/card>; rel="describedby"`,
    "cache-control": "no-store",
  };
}
