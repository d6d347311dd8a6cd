import { endOfQuoted, templateTags } from "../../../model/templates/tags.ts";
import { unescapePython } from "./escapes.ts";
import type { TemplateFacts } from "./schema.ts";
import { sight, type Sighting } from "./sighting.ts";
import { dunderIn, isDunder } from "./words.ts";

/**
 * Looks through the code of a template that could not be parsed, word by word, for what no template needs.
 * What it does not find is not absent: the template stays unread.
 */
export function* sweepTemplate(text: string, facts: TemplateFacts): Generator<Sighting> {
  for (const tag of templateTags(text)) {
    let before = "";
    for (const { kind, word } of wordsOf(tag.code)) {
      if (kind === "quoted") yield* sweepQuoted(word);
      else if (kind === "name") {
        const first = tag.kind === "statement" && before === "";
        yield* sweepName(word, first ? "{%" : before, facts);
      }
      // The dash or plus behind an opening brace belongs to it.
      if (before !== "" || (word !== "-" && word !== "+")) before = word;
    }
  }
}

function* sweepQuoted(quoted: string): Generator<Sighting> {
  const { text, hidesUnderscore } = unescapePython(quoted);
  const dunder = dunderIn(text);
  if (dunder !== undefined) yield sight("dunder", dunder, "text");
  else if (hidesUnderscore) yield sight("dunder", quoted, "escaped text");
}

function* sweepName(name: string, before: string, facts: TemplateFacts): Generator<Sighting> {
  const { names, attributes, filters, statements } = facts.reach;
  if (before === "{%" && statements.has(name)) yield sight("loads-template", name, "statement");
  else if (isDunder(name)) yield sight("dunder", name, "name");
  else if (before === "." && attributes.has(name)) yield sight("reach", name, "attribute");
  else if (before === "|" && filters.has(name)) yield sight("reach", name, "filter");
  else if (before !== "." && before !== "|" && names.has(name)) yield sight("reach", name, "name");
}

type Word = { readonly kind: "name" | "quoted" | "sign"; readonly word: string };

function* wordsOf(code: string): Generator<Word> {
  let at = 0;
  while (at < code.length) {
    const char = code[at] ?? "";
    if (char === "'" || char === '"') {
      const end = endOfQuoted(code, at);
      yield { kind: "quoted", word: code.slice(at + 1, end) };
      at = end + 1;
    } else if (isWordChar(char)) {
      let end = at + 1;
      while (end < code.length && isWordChar(code[end] ?? "")) end += 1;
      yield { kind: "name", word: code.slice(at, end) };
      at = end;
    } else {
      if (char.trim() !== "") yield { kind: "sign", word: char };
      at += 1;
    }
  }
}

function isWordChar(char: string): boolean {
  return /[\p{L}\p{N}_]/u.test(char);
}
