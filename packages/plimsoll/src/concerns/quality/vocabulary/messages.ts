/** The words of `quality/vocabulary-fit`. */
export const messages = {
  "config-differs": (a: { rows: number; size: number; file: string }) =>
    `it states ${figure(a.size)} tokens, and ${a.file} has a table of ${figure(a.rows)}: loading fails, or part of the table is made up anew`,
  beyond: (a: {
    count: number;
    text: string;
    id: number;
    use: string;
    rows: number;
    file: string;
  }) =>
    `${figure(a.count)} ${a.count === 1 ? "token has" : "tokens have"} no row among the ${figure(a.rows)} of ${a.file}: ${a.text} (${a.id}) ${a.use}, and engines stop there or read what is not theirs`,
  "rare-beyond": (a: { count: number; text: string; id: number; rows: number; file: string }) =>
    `${a.text} (${a.id}) has no row among the ${figure(a.rows)} of ${a.file}: a text with this word can stop the engine`,
  few: (a: { tokens: number; rows: number; file: string }) =>
    `the tokenizer has ${figure(a.tokens)} ${a.tokens === 1 ? "token" : "tokens"}, ${a.file} room for ${figure(a.rows)}: it may be another model's`,
  "named-beyond": (a: { file: string; key: string; id: number; rows: number }) =>
    `${a.file} names ${a.id} as ${a.key}, and the model has ${figure(a.rows)} tokens`,
  "one-number": (a: { id: number; first: string; second: string; file: string; of: number }) =>
    `number ${a.id} is ${a.second} here and ${a.first} in ${a.file}${more(a.of)}: which one the model gets depends on the file that an engine reads`,
  "two-numbers": (a: { text: string; first: number; second: number; file: string; of: number }) =>
    `${a.text} is number ${a.second} here and ${a.first} in ${a.file}${more(a.of)}: which one the model gets depends on the file that an engine reads`,
  "files-differ": (a: {
    first: string;
    second: string;
    count: number;
    of: number;
    text: string;
    id: number;
    instead: string;
  }) =>
    `${figure(a.count)} of ${figure(a.of)} tokens of ${a.second} are others in ${a.first}: number ${a.id} is "${a.text}" here and "${a.instead}" there, so the same text is another to another engine`,
  "gguf-rows": (a: { tokens: number; rows: number }) =>
    `the file lists ${figure(a.tokens)} tokens and has a table of ${figure(a.rows)}: llama.cpp does not load it`,
  "gguf-beyond": (a: { key: string; id: number; tokens: number }) =>
    `${a.key} is ${a.id}, and the file has ${figure(a.tokens)} tokens: llama.cpp takes a default in its place`,
  "gguf-lists": (a: { key: string; entries: number; tokens: number }) =>
    `${a.key} has ${figure(a.entries)} entries for ${figure(a.tokens)} tokens: llama.cpp does not load it`,
};

/** How many such clashes there are in all. */
function more(of: number): string {
  return of > 1 ? ` (one of ${figure(of)} such)` : "";
}

function figure(value: number): string {
  return value.toLocaleString("en-GB");
}
