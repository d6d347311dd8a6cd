import { excerpt } from "../../text/excerpt.ts";
import type { NoticeWords } from "./schema.ts";
import { findPhrase, isUnspaced, type Sentence } from "./sentences.ts";

/** What a publisher says of the end of the thing itself. */
export type Notice = {
  /** `ended`: nobody looks after it any more. `replaced`: it lives on elsewhere or under another name. */
  readonly kind: "ended" | "replaced";
  /** The sentence, cut. */
  readonly words: string;
  /** The language whose words it uses. */
  readonly language: string;
};

/** Sentences at the top of a page among which a word alone, such as "Deprecated", speaks for the whole. */
const TOP_SENTENCES = 12;

/** Notices told of one page. */
const NOTICES_SHOWN = 5;

/** Characters of a sentence that are shown. */
const SENTENCE_SHOWN = 200;

/** The notices of a page, in its order. */
export function noticesIn(
  sentences: readonly Sentence[],
  languages: Readonly<Record<string, NoticeWords>>,
): readonly Notice[] {
  const found: Notice[] = [];
  for (const [index, sentence] of sentences.entries()) {
    for (const [language, words] of Object.entries(languages)) {
      const isTop = index < TOP_SENTENCES;
      const kind = saidOf(sentence.words, words) ?? (isTop ? labelOf(sentence, words) : undefined);
      if (kind === undefined) continue;
      found.push({ kind, words: excerpt(sentence.text, SENTENCE_SHOWN), language });
      break;
    }
    if (found.length >= NOTICES_SHOWN) break;
  }
  return found;
}

/** What a sentence says of its subject: the subject, nothing that breaks the link, and that it has ended. */
function saidOf(all: string, facts: NoticeWords): Notice["kind"] | undefined {
  const words = withoutWords(all, facts.adverbs);
  for (const subject of facts.subjects) {
    const hit = findPhrase(words, subject);
    if (hit === undefined) continue;
    const isConditional = facts.unless.some((word) => {
      const found = findPhrase(words, word);
      return found !== undefined && found.start < hit.start;
    });
    if (isConditional) continue;
    if (facts.replaced.some((phrase) => follows(words, hit.end, phrase, facts))) return "replaced";
    if (facts.ended.some((phrase) => follows(words, hit.end, phrase, facts))) return "ended";
  }
  return undefined;
}

function withoutWords(words: string, left: readonly string[]): string {
  if (left.length === 0) return words;
  const kept = words.split(" ").filter((word) => word !== "" && !left.includes(word));
  return ` ${kept.join(" ")} `;
}

function follows(words: string, from: number, phrase: string, facts: NoticeWords): boolean {
  const hit = findPhrase(words, phrase, from);
  if (hit === undefined || !isBridge(words.slice(from, hit.start), facts.between, phrase)) {
    return false;
  }
  const last = phrase.slice(phrase.lastIndexOf(" ") + 1);
  const [next = ""] = words.slice(hit.end).trim().split(" ");
  return !(facts.open.includes(last) && facts.closes.includes(next));
}

/** Characters between subject and statement. */
const BRIDGE_MAX_CHARACTERS = 60;

/** True when nothing stands between that changes who is meant. */
function isBridge(text: string, allowed: readonly string[], phrase: string): boolean {
  if (text.length > BRIDGE_MAX_CHARACTERS) return false;
  if (!isUnspaced(phrase)) {
    return text.split(" ").every((word) => word === "" || allowed.includes(word));
  }
  let rest = text;
  for (const one of allowed.toSorted((a, b) => b.length - a.length))
    rest = rest.replaceAll(one, "");
  return rest.trim() === "";
}

/** A label alone, before a colon, or in brackets in a heading. */
function labelOf({ text, isHeading }: Sentence, { labels }: NoticeWords): "ended" | undefined {
  const [head = ""] = text.split(/[:：]| [-–—] /u, 1);
  const parts = [head];
  if (isHeading) {
    for (const match of text.matchAll(/[[(（【]([^\])）】]{1,60})[\])）】]/gu))
      parts.push(match[1] ?? "");
  }
  const isLabel = parts.some((part) => labels.includes(bare(part)));
  return isLabel ? "ended" : undefined;
}

function bare(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).join(" ");
}
