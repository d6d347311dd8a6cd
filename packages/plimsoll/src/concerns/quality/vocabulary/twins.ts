import type { TokenizerFacts } from "../../../model/tokenizer.ts";
import type { Vocabulary } from "../../../model/vocabulary/vocabulary.ts";

/** A second vocabulary of one folder that numbers tokens otherwise than the first. */
export type Disagreement = {
  readonly first: string;
  readonly second: string;
  /** Tokens of the second that the first does not have under that number. */
  readonly count: number;
  readonly of: number;
  /** The first such token. */
  readonly text: string;
  readonly id: number;
  /** What the first file has under the number of that token. */
  readonly instead: string | undefined;
  /** True when none of them is an ordinary piece of text. */
  readonly isControlOnly: boolean;
};

/** Compares every further vocabulary of a folder with the one that transformers takes. */
export function disagreements(
  tokenizer: TokenizerFacts,
  isMoved: boolean,
): readonly Disagreement[] {
  const { vocabulary, others } = tokenizer;
  if (vocabulary === undefined || !vocabulary.hasModelIds || isMoved) return [];
  return others
    .filter((other) => other.hasModelIds && isComparable(vocabulary, other))
    .map((other) => compare(tokenizer, vocabulary, other))
    .filter((found) => found !== undefined);
}

/** Texts are written alike in both, or only the special tokens are compared. */
function isComparable({ form }: Vocabulary, other: Vocabulary): boolean {
  if (other.form === "tekken") return form === "tokenizer.json";
  return other.form === "sentencepiece" && (form === "tokenizer.json" || form === "sentencepiece");
}

function compare(
  tokenizer: TokenizerFacts,
  first: Vocabulary,
  second: Vocabulary,
): Disagreement | undefined {
  const control = new Set(second.control);
  const texts = tokensOf(second);
  const shift = shiftOf(tokenizer, texts);
  let count = 0;
  let isControlOnly = true;
  let example: readonly [number, string] | undefined;
  for (const [id, text] of texts) {
    if (tokenizer.idOf?.(text) === id + shift) continue;
    count += 1;
    isControlOnly &&= control.has(text);
    // An ordinary piece tells more than a marker.
    if (example === undefined || (control.has(example[1]) && !control.has(text))) {
      example = [id, text];
    }
  }
  if (example === undefined) return undefined;
  const [id, text] = example;
  const instead = first.textOf(id + shift);
  const { file: second_ } = second;
  return {
    first: first.file,
    second: second_,
    count,
    of: texts.length,
    text,
    id,
    instead,
    isControlOnly,
  };
}

function tokensOf(vocabulary: Vocabulary): readonly (readonly [number, string])[] {
  if (vocabulary.form === "tekken") {
    return vocabulary.control.flatMap((text) => {
      const id = vocabulary.idOf(text);
      return id === undefined ? [] : [[id, text] as const];
    });
  }
  return Array.from({ length: vocabulary.end }, (_, id) => [id, vocabulary.textOf(id) ?? ""]);
}

/** By how much every number is moved: code of some families puts tokens of its own in front. */
function shiftOf(tokenizer: TokenizerFacts, texts: readonly (readonly [number, string])[]): number {
  const last = texts.findLast(([, text]) => tokenizer.idOf?.(text) !== undefined);
  if (last === undefined) return 0;
  const [id, text] = last;
  const shift = (tokenizer.idOf?.(text) ?? id) - id;
  const near = texts.slice(Math.floor(texts.length / 2)).slice(0, 64);
  // One moved token is a fault; a whole stretch of them is a rule.
  return shift !== 0 && near.every(([at, one]) => tokenizer.idOf?.(one) === at + shift) ? shift : 0;
}
