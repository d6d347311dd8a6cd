import { WORDS } from "../../model/templates/conversations.ts";

/** Where a template writes a system message: in a turn of its own, in the first user turn, or nowhere. */
export type SystemPlace = "own" | "merged" | "lost";

/**
 * Finds the place of the system message in a prompt, beside the prompt of the same question without one.
 *
 * What stands before a question opens the user's turn. A system message behind the same opening is part of
 * that turn; behind another one it has a turn of its own.
 */
export function systemPlace(withSystem: string, without: string): SystemPlace {
  const at = withSystem.indexOf(WORDS.system);
  if (at === -1) return "lost";
  const user = withSystem.indexOf(WORDS.user);
  if (user !== -1 && user < at) return "merged";
  const opening = without.slice(0, Math.max(0, without.indexOf(WORDS.user)));
  return opening !== "" && withSystem.slice(0, at).startsWith(opening) ? "merged" : "own";
}
