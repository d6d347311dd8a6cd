import type { AddedToken, TokenizerFacts } from "../../../model/tokenizer.ts";

/** Two tokens with one number, or two numbers for one token. */
export type Clash =
  | {
      readonly kind: "one-number";
      readonly id: number;
      readonly first: Side;
      readonly second: Side;
    }
  | {
      readonly kind: "two-numbers";
      readonly text: string;
      readonly first: Side;
      readonly second: Side;
    };

/** What one file says of a token. */
export type Side = { readonly file: string; readonly text: string; readonly id: number };

/** Tokens that the files of one tokenizer number differently, each number and each text once. */
export function clashesOf(tokenizer: TokenizerFacts, isMoved: boolean): readonly Clash[] {
  const { vocabulary, addedTokens } = tokenizer;
  const clashes: Clash[] = [];
  const byId = new Map<number, AddedToken>();
  const byText = new Map<string, AddedToken>();
  const isNumbered = vocabulary?.hasModelIds === true && !isMoved;
  for (const second of addedTokens) {
    const { id, text } = second;
    const held = isNumbered ? vocabulary.textOf(id) : undefined;
    const inList = held === undefined || vocabulary === undefined ? undefined : vocabulary.file;
    const first =
      byId.get(id) ?? (inList === undefined ? second : { id, text: held ?? "", file: inList });
    const named = byText.get(text) ?? second;
    if (!isSame(first.text, text)) clashes.push({ kind: "one-number", id, first, second });
    else if (named.id !== id) clashes.push({ kind: "two-numbers", text, first: named, second });
    byId.set(id, second);
    byText.set(text, second);
  }
  return clashes;
}

/** Vocabularies write a space as `▁` or `Ġ`, and bytes as letters of their own; added tokens are plain. */
function isSame(some: string, other: string): boolean {
  return plain(some) === plain(other);
}

function plain(text: string): string {
  return text
    .replaceAll(/[▁Ġ]/gu, " ")
    .replaceAll("Ċ", "\n")
    .replaceAll("ĉ", "\t")
    .normalize("NFKC")
    .trim();
}
