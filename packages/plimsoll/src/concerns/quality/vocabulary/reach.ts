import type { TokenizerFacts } from "../../../model/tokenizer.ts";

/** Tokens whose numbers have no row in the weights. */
export type BeyondRows = {
  /** How many numbers, from the first row that is missing to the highest number. */
  readonly count: number;
  /** One of them. */
  readonly text: string;
  readonly id: number;
  /** What makes it matter; undefined when only somebody who types it meets it. */
  readonly use: string | undefined;
};

/** Finds tokens at or beyond `rows`; `isWritten` tells whether a chat template writes a text. */
export function tokensBeyond(
  tokenizer: TokenizerFacts,
  rows: number,
  isMoved: boolean,
  isWritten: (text: string) => boolean,
): BeyondRows | undefined {
  const { vocabulary, addedTokens } = tokenizer;
  const list = vocabulary?.hasModelIds === true && !isMoved ? vocabulary : undefined;
  const added = addedTokens.filter(({ id }) => id >= rows);
  const end = Math.max(list?.end ?? 0, ...added.map(({ id }) => id + 1));
  if (end <= rows) return undefined;
  const count = new Set(added.map(({ id }) => id)).size;
  if (list !== undefined && list.end > rows) {
    const control = new Set(list.control);
    const id = firstPlain(list, rows, (text) => control.has(text));
    const text = list.textOf(id) ?? "";
    return {
      count: Math.max(count, list.end - rows),
      text,
      id,
      use: "is an ordinary piece of text",
    };
  }
  for (const token of added) {
    const use = useOf(tokenizer, token.text, isWritten);
    if (use !== undefined) return { count, text: token.text, id: token.id, use };
  }
  const [first] = added;
  return first === undefined
    ? undefined
    : { count, text: first.text, id: first.id, use: undefined };
}

/** Numbers looked through for an ordinary piece to show. */
const LOOKED_AT = 1_000;

function firstPlain(
  list: { readonly end: number; readonly textOf: (id: number) => string | undefined },
  rows: number,
  isControl: (text: string) => boolean,
): number {
  for (let id = rows; id < Math.min(list.end, rows + LOOKED_AT); id += 1) {
    if (!isControl(list.textOf(id) ?? "")) return id;
  }
  return rows;
}

function useOf(
  { special, ends }: TokenizerFacts,
  text: string,
  isWritten: (text: string) => boolean,
): string | undefined {
  if (special.eos === text || ends.some((end) => end.text === text)) return "ends an answer";
  if (special.bos === text) return "begins a text";
  if (special.pad === text) return "fills up shorter texts of a batch";
  if (special.unk === text) return "stands for what is unknown";
  return isWritten(text) ? "is written by the chat template" : undefined;
}
