import type { Knowledge } from "../../kernel/knowledge.ts";
import { foldId } from "./fold-id.ts";
import { parseLicenceWords, type KnownWords } from "./nearest/schema.ts";
import {
  parseHubIds,
  parseLicences,
  parseModelTexts,
  parseSpdxTexts,
  type HubEntry,
  type KnownText,
  type LicenceFacts,
  type Terms,
} from "./schema.ts";

/** What is known of licences. The index of texts is read only when a text or an unknown id asks for it. */
export type LicenceBook = {
  /** What an id of the hub's list says; ids are lower case. */
  readonly hubId: (id: string) => HubEntry | undefined;
  /** The published texts with this digest: the same words may stand under two titles. */
  readonly texts: (sha256: string) => readonly KnownText[];
  /** Published texts word by word, for those that were changed. */
  readonly publishedWords: () => readonly KnownWords[];
  /** The id as the SPDX list spells it, for a text that differs in case alone. */
  readonly spdxId: (text: string) => string | undefined;
  /** What an id means that the SPDX list no longer uses; ids are lower case. */
  readonly renamed: (id: string) => string | undefined;
  /** The exception as the SPDX list spells it, for a text that differs in case alone. */
  readonly exceptionId: (text: string) => string | undefined;
  /** The licence that a publisher's own name for it stands for, such as `qwen-research`. */
  readonly alias: (name: string) => string | undefined;
  /** Every name in prose with the licence that it names. */
  readonly names: readonly { readonly words: string; readonly id: string }[];
  /** What the licence limits, as far as its name or known text says. */
  readonly terms: (id: string) => readonly Terms[];
  /** The licence's name for people. */
  readonly nameOf: (id: string) => string;
};

/** The id under which reports show a licence that the SPDX list does not hold. */
export function customId(key: string): string {
  return `LicenseRef-plimsoll-${key}`;
}

/** Opens the facts about licences. */
export function openLicenceBook(knowledge: Knowledge): LicenceBook {
  const hub = knowledge.read("hub-licence-ids", parseHubIds);
  const facts = knowledge.read("licences", parseLicences);
  const custom = new Map(facts.licences.map((one) => [customId(one.key), one]));
  const spdxTexts = (): ReadonlyMap<string, KnownText> =>
    knowledge.read("spdx-texts", parseSpdxTexts);
  const modelTexts = (): ReadonlyMap<string, KnownText> =>
    knowledge.read("model-licence-texts", parseModelTexts);
  return {
    hubId: (id) => hub.get(id),
    texts: (sha256) =>
      [spdxTexts().get(sha256), withOwnIds(modelTexts().get(sha256), facts)].filter(
        (text) => text !== undefined,
      ),
    publishedWords: () =>
      knowledge
        .read("licence-words", parseLicenceWords)
        .map((known) => ({ ...known, ids: ownIds(known.ids, facts).map(foldId) })),
    spdxId: (text) => {
      const wanted = text.toLowerCase();
      for (const { ids } of spdxTexts().values()) {
        const found = ids.find((id) => id.toLowerCase() === wanted);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    renamed: (id) => facts.renamed.ids.find((one) => one.id.toLowerCase() === id)?.means,
    exceptionId: (text) =>
      facts.renamed.exceptions.find((one) => one.toLowerCase() === text.toLowerCase()),
    alias: (name) => {
      const found = facts.licences.find(
        ({ key, aliases, published }) =>
          key === name ||
          aliases.includes(name) ||
          published.some((id) => id.toLowerCase() === name),
      );
      return found === undefined ? undefined : customId(found.key);
    },
    names: [
      ...facts.licences.flatMap(({ key, names }) =>
        names.map((words) => ({ words, id: customId(key) })),
      ),
      ...facts.prose.flatMap(({ id, names }) => names.map((words) => ({ words, id }))),
    ],
    terms: (id) => custom.get(id)?.terms ?? markedTerms(id, facts),
    nameOf: (id) => custom.get(id)?.name ?? id,
  };
}

/** The text with our ids where we have one for its licence. */
function withOwnIds(text: KnownText | undefined, facts: LicenceFacts): KnownText | undefined {
  return text === undefined ? undefined : { ids: ownIds(text.ids, facts), name: text.name };
}

function ownIds(ids: readonly string[], facts: LicenceFacts): readonly string[] {
  return ids.map((id) => {
    const found = facts.licences.find((one) => one.published.includes(id));
    if (found !== undefined) return customId(found.key);
    return facts.renamed.ids.find((one) => one.id === id)?.means ?? id;
  });
}

/** What an SPDX id says of its own terms; an unknown LicenseRef has terms that nobody read. */
function markedTerms(id: string, facts: LicenceFacts): readonly Terms[] {
  const folded = `${id.toLowerCase()}-`;
  if (folded.startsWith("licenseref-")) return ["conditions"];
  return facts.marks.filter(({ part }) => folded.includes(part)).map(({ terms }) => terms);
}
