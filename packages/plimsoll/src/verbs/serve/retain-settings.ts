import type { ServeFile } from "../../config/serve-schema.ts";
import type { RetentionAges } from "../../gateway/retention.ts";
import { REVIEW_KEEP_MS } from "../../gateway/review/policy.ts";
import { readTime } from "./times.ts";

const DAY_MS = 86_400_000;

/** How long each kind is kept: by the file, else as long as most people need it. */
export function retainedFor(retain: ServeFile["retain"]): RetentionAges {
  return {
    requests: readTime(retain?.requests) ?? 90 * DAY_MS,
    // Two years and a month: sums are small, and this month is compared with the last year's.
    usage: readTime(retain?.usage) ?? 760 * DAY_MS,
    holds: readTime(retain?.holds) ?? REVIEW_KEEP_MS,
    bodies: readTime(retain?.bodies) ?? 30 * DAY_MS,
  };
}
