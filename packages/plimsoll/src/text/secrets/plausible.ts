import { isDigit, isLetter, isUpper } from "../ascii.ts";
import type { SecretFacts } from "./schema.ts";

/** Tells what people write where a secret would stand from what a machine drew. */
export type PlaceholderTest = (value: string) => boolean;

/** Share of neighbours that count up, as in `abcdefgh` and `12345678`, from which a value was typed. */
const COUNTING_SHARE = 0.35;
/** Equal neighbours in a row from which a value was typed. */
const REPEATS = 5;

/** Opens the test for placeholders. */
export function openPlaceholders({ placeholders }: SecretFacts): PlaceholderTest {
  const published = new Set(placeholders.published);
  return (value) => {
    if (published.has(value)) return true;
    const lower = value.toLowerCase();
    return placeholders.parts.some((part) => lower.includes(part)) || isTyped(value);
  };
}

/** True for a value of repeated or counted characters. */
function isTyped(value: string): boolean {
  let counting = 0;
  let repeats = 1;
  for (let index = 1; index < value.length; index += 1) {
    const step = value.charCodeAt(index) - value.charCodeAt(index - 1);
    if (step === 1) counting += 1;
    repeats = step === 0 ? repeats + 1 : 1;
    if (repeats >= REPEATS) return true;
  }
  return counting / value.length >= COUNTING_SHARE;
}

/** Share of neighbours of different kinds in a drawn value: half of them and more, by chance. */
const CHANGE_SHARE = 0.15;

/**
 * True when a value mixes letters and digits as a machine draws them: `reserved_special_token_250` changes
 * from letters to digits once, 25 hexadecimal digits do so a dozen times.
 */
export function isMixed(value: string): boolean {
  let letters = 0;
  let digits = 0;
  let changes = 0;
  for (let index = 0; index < value.length; index += 1) {
    const kind = kindOf(value.charCodeAt(index));
    if (kind === DIGIT) digits += 1;
    else if (kind !== SIGN) letters += 1;
    if (index > 0 && kind !== SIGN && kindOf(value.charCodeAt(index - 1)) !== kind) changes += 1;
  }
  return letters > 0 && digits > 0 && changes / value.length >= CHANGE_SHARE;
}

/** True for a UUID, which names things and opens none. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu.test(value);
}

const DIGIT = 0;
const UPPER = 1;
const LOWER = 2;
const SIGN = 3;

function kindOf(code: number): number {
  if (isDigit(code)) return DIGIT;
  if (!isLetter(code)) return SIGN;
  return isUpper(code) ? UPPER : LOWER;
}
