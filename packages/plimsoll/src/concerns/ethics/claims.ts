import { jsonMember, jsonString } from "@plimsoll/formats";

import type { EvidenceTypes } from "../../kernel/evidence.ts";
import type { Place } from "../../kernel/finding.ts";
import { textField, textsField } from "../../model/front-matter.ts";
import { markdownSections } from "../../text/markdown.ts";
import type { AudienceFacts } from "./schema.ts";

/** A name or tag in which a publisher says something of the model. */
export type NamedClaim = {
  readonly kind: "adult" | "unfiltered";
  /** The word that says it. */
  readonly word: string;
  /** The tag or name, cut. */
  readonly text: string;
  readonly at: Place;
};

/** Characters of a name or tag. */
const LABEL_MAX_CHARACTERS = 200;

type Label = { readonly text: string; readonly at: Place };

/** What tags and names of a model say of its audience; each word once for each kind of place. */
export function claimsOf(
  evidence: Pick<EvidenceTypes, "card" | "configs" | "gguf">,
  facts: AudienceFacts,
): readonly NamedClaim[] {
  if (isJudge(evidence.card, facts)) return [];
  const seen = new Set<string>();
  return labelsOf(evidence).flatMap(({ text, at }) => {
    const label = text.slice(0, LABEL_MAX_CHARACTERS);
    return (["adult", "unfiltered"] as const).flatMap((kind): readonly NamedClaim[] => {
      const word = wordIn(label, facts.claims[kind].words, facts.detectors);
      const key = `${kind} ${word} ${at.member}`;
      if (word === undefined || seen.has(key)) return [];
      seen.add(key);
      return [{ kind, word, text: label, at }];
    });
  });
}

/** True for a model whose task is to judge content: the words are then what it looks for. */
function isJudge(card: EvidenceTypes["card"], { judgingTasks }: AudienceFacts): boolean {
  const task = card === null ? undefined : textField(card.frontMatter, "pipeline_tag");
  return task !== undefined && judgingTasks.includes(task.toLowerCase());
}

/** Tags and names in card, configuration and headers. What a model was made from is not this model's name. */
function labelsOf({
  card,
  configs,
  gguf,
}: Pick<EvidenceTypes, "card" | "configs" | "gguf">): readonly Label[] {
  const labels: Label[] = [];
  if (card !== null) {
    const { file, frontMatter, body } = card;
    for (const text of textsField(frontMatter, "tags").texts) {
      labels.push({ text, at: { file, member: "tags" } });
    }
    for (const member of ["model_name", "title", "name"]) {
      const text = textField(frontMatter, member);
      if (text !== undefined) labels.push({ text, at: { file, member } });
    }
    const title = markdownSections(body.slice(0, TITLE_WITHIN)).find(({ level }) => level === 1);
    if (title !== undefined) labels.push({ text: title.heading, at: { file, member: "title" } });
  }
  for (const { file, base, value } of configs) {
    const member = "_name_or_path";
    const text = base === "config.json" ? jsonString(jsonMember(value, member)) : undefined;
    if (text !== undefined) labels.push({ text: lastPart(text), at: { file, member } });
  }
  for (const { file, gguf: model } of gguf) {
    for (const member of ["general.name", "general.finetune"]) {
      const value = model.metadata.get(member);
      if (value?.type === "string") labels.push({ text: value.value, at: { file, member } });
    }
    const tags = model.metadata.get("general.tags");
    if (tags?.type !== "array" || tags.of !== "string") continue;
    let left = TAGS_MAX;
    for (const text of tags.value) {
      if (left <= 0) break;
      left -= 1;
      labels.push({ text, at: { file, member: "general.tags" } });
    }
  }
  return labels;
}

/** Characters of a card in which its title stands. */
const TITLE_WITHIN = 4_000;

/** Tags of one header (CWE-400). */
const TAGS_MAX = 1_000;

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** The first of the words in a label, where no word beside it turns its meaning. */
function wordIn(
  label: string,
  words: readonly string[],
  detectors: readonly string[],
): string | undefined {
  const parts = ` ${partsOf(label).join("-")} `;
  return words.find((word) => {
    const isThere = isUnspaced(word) ? parts.includes(word) : hasWhole(parts, word);
    // A word may hold a "no" or "not" of its own, and means what it says.
    const rest = partsOf(parts.replaceAll(word, " "));
    return isThere && !rest.some((part) => detectors.includes(part));
  });
}

function partsOf(label: string): readonly string[] {
  return (
    label
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  );
}

/** True where a word stands between hyphens or ends. */
function hasWhole(parts: string, word: string): boolean {
  let at = parts.indexOf(word);
  while (at !== -1) {
    const [before, after] = [parts[at - 1] ?? " ", parts[at + word.length] ?? " "];
    if ("- ".includes(before) && "- ".includes(after)) return true;
    at = parts.indexOf(word, at + 1);
  }
  return false;
}

function isUnspaced(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(word);
}
