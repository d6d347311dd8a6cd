/* oxlint-disable no-control-regex -- these are the characters that no name may hold */
import { PlimsollError } from "../../kernel/error.ts";

/** Characters of a name: it stands in messages and is typed again. */
const NAME_MAX_LENGTH = 120;

/**
 * Accepts a name for a locked model.
 * @throws PlimsollError `usage` for one that is empty, too long, or holds what cannot be typed or is a path.
 */
export function lockName(text: string): string {
  const isReserved = ["__proto__", "constructor", "prototype", ".", ".."].includes(text);
  if (
    text.length > 0 &&
    text.length <= NAME_MAX_LENGTH &&
    !isReserved &&
    !NOT_IN_A_NAME.test(text)
  ) {
    return text;
  }
  throw new PlimsollError(
    "usage",
    `"${text.slice(0, NAME_MAX_LENGTH)}" cannot name a locked model`,
    {
      hint: "Give it a name such as support-8b: --as support-8b",
    },
  );
}

/** Slashes, control and bidi characters, and what takes no width. */
const NOT_IN_A_NAME =
  /[/\\\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uD800-\uDFFF]/u;
