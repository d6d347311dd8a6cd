import type { ServeFile } from "../../config/serve-schema.ts";
import {
  REVIEW_TTL_MS,
  REVIEW_WAIT_MS,
  type ReviewAnswer,
  type ReviewPolicy,
} from "../../gateway/review/policy.ts";
import { readTime } from "./times.ts";

/** What a person decides on, how, and what clients get meanwhile. */
export type ReviewSettings = ReviewPolicy &
  ReviewAnswer & {
    /** Types that a person must decide on, where their guard would only redact them. */
    readonly when: readonly string[];
  };

/** What a placeholder says when the policy does not. */
const PLACEHOLDER = "This answer waits for a person to look at it. Ask for it at";

/** Reads `review:`; what cannot be held to is a problem. */
export function reviewSettings(file: ServeFile["review"], problems: string[]): ReviewSettings {
  const waitMs = readTime(file?.wait) ?? REVIEW_WAIT_MS;
  const ttlMs = readTime(file?.ttl) ?? REVIEW_TTL_MS;
  if (waitMs > REVIEW_WAIT_MS) {
    problems.push(
      `review.wait is at most ${REVIEW_WAIT_MS / 1_000}s: balancers end what lasts longer`,
    );
  }
  if (ttlMs === 0) problems.push("review.ttl is 0: nobody could ever decide");
  return {
    quorum: file?.quorum ?? 1,
    twoPerson: file?.two_person ?? [],
    editSecond: file?.edit_second ?? true,
    ttlMs,
    when: file?.when ?? [],
    answer: file?.answer ?? "error",
    placeholder: file?.placeholder ?? PLACEHOLDER,
    waitMs,
  };
}
