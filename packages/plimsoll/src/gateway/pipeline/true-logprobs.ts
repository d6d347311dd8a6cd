import type { TokenLogprob } from "../../engine/delta.ts";

/** Bytes of one character: a token of fewer bytes than a character has no text of its own. */
const CHARACTER_MAX_BYTES = 4;

/**
 * The log-probabilities that spell a text out, token after token.
 *
 * A server may write anything where a token stands, also what is not in the text and no guard has seen: such a
 * token is not told, nor are bytes that say something else than their token. Blanks at the text's beginning that
 * a server cut off do no harm.
 */
export function trueLogprobs(
  text: string,
  logprobs: readonly TokenLogprob[],
): readonly TokenLogprob[] {
  const told: TokenLogprob[] = [];
  let at = 0;
  let pending: number[] = [];
  for (const one of logprobs) {
    const own = trueBytes(one);
    if (text.startsWith(one.token, at) && one.token !== "") {
      told.push(own);
      at += one.token.length;
      pending = [];
    } else if (at === 0 && one.token.trimStart() !== "" && text.startsWith(one.token.trimStart())) {
      told.push(own);
      at = one.token.trimStart().length;
    } else if (own.bytes !== undefined && isPartial(own)) {
      pending.push(...own.bytes);
      told.push(own);
      const character = Buffer.from(pending).toString("utf8");
      if (!text.startsWith(character, at)) continue;
      at += character.length;
      pending = [];
    }
  }
  return told;
}

/** The same token; its bytes only where they say what it says. */
export function trueBytes(one: TokenLogprob): TokenLogprob {
  const { token, bytes, ...rest } = one;
  if (bytes === undefined) return one;
  const isTrue = Buffer.from(bytes).toString("utf8") === token || writtenAsBytes(bytes) === token;
  return isTrue ? one : { token, ...rest };
}

/** Part of a character: no text by itself, and too short to say anything. */
function isPartial({ token, bytes }: TokenLogprob): boolean {
  if (bytes === undefined || bytes.length >= CHARACTER_MAX_BYTES) return false;
  return token === writtenAsBytes(bytes) || /^\uFFFD+$/u.test(token);
}

/** How some servers write a token that is no text: `bytes:\xe2\x82`. */
function writtenAsBytes(bytes: readonly number[]): string {
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
}
