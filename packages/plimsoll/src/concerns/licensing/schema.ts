import * as v from "valibot";

import { sourceSchema } from "../../text/source/schema.ts";

const terms = v.picklist(["non-commercial", "research-only", "no-derivatives", "conditions"]);

/** A kind of limit that a licence's name or known text sets. */
export type Terms = v.InferOutput<typeof terms>;

const hubIds = v.strictObject({
  source: sourceSchema,
  ids: v.array(
    v.union([
      v.strictObject({ id: v.string(), name: v.string(), spdx: v.string() }),
      v.strictObject({ id: v.string(), name: v.string(), licence: v.string() }),
      v.strictObject({ id: v.string(), name: v.string(), family: v.array(v.string()) }),
    ]),
  ),
});

/** What one licence id of the hub says. */
export type HubEntry = v.InferOutput<typeof hubIds>["ids"][number];

/** What each licence id of the hub says, by id. */
export type HubIds = ReadonlyMap<string, HubEntry>;

/** Reads knowledge/hub-licence-ids.yaml. */
export function parseHubIds(raw: unknown): HubIds {
  return new Map(v.parse(hubIds, raw).ids.map((entry) => [entry.id, entry]));
}

const names = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9 ]+$/u))), v.minLength(1));

const licences = v.strictObject({
  source: sourceSchema,
  licences: v.array(
    v.strictObject({
      key: v.string(),
      name: v.string(),
      terms: v.array(terms),
      names,
      aliases: v.optional(v.array(v.string()), []),
      published: v.optional(v.array(v.string()), []),
      /** Where this licence was looked up, when not in the source of the whole file. */
      source: v.optional(sourceSchema),
    }),
  ),
  prose: v.array(v.strictObject({ id: v.string(), names })),
  marks: v.array(v.strictObject({ part: v.string(), terms })),
  renamed: v.strictObject({
    source: sourceSchema,
    ids: v.array(v.strictObject({ id: v.string(), means: v.string() })),
    exceptions: v.array(v.string()),
  }),
});

/** Licences that the SPDX list does not hold, and what licences are called in prose. */
export type LicenceFacts = v.InferOutput<typeof licences>;

/** Reads knowledge/licences.yaml. */
export function parseLicences(raw: unknown): LicenceFacts {
  return v.parse(licences, raw);
}

const links = v.strictObject({
  pages: v.array(v.strictObject({ at: v.string(), licence: v.string(), source: sourceSchema })),
  paths: v.array(
    v.strictObject({
      begins: v.string(),
      prefix: v.optional(v.string()),
      source: sourceSchema,
    }),
  ),
});

/** Addresses that stand for licences. */
export type LicenceLinks = v.InferOutput<typeof links>;

/** Reads knowledge/licence-links.yaml. */
export function parseLicenceLinks(raw: unknown): LicenceLinks {
  return v.parse(links, raw);
}

const texts = v.strictObject({ source: sourceSchema, texts: v.string() });

/** A published licence text: the licences it is the text of, and their name. */
export type KnownText = { readonly ids: readonly string[]; readonly name: string };

/** Published texts by the SHA-256 of their words without title. */
export type TextIndex = ReadonlyMap<string, KnownText>;

/** Reads knowledge/spdx-texts.yaml. */
export function parseSpdxTexts(raw: unknown): TextIndex {
  return new Map(v.parse(texts, raw).texts.split("\n").flatMap(indexLine));
}

/** Reads knowledge/model-licence-texts.yaml. */
export function parseModelTexts(raw: unknown): TextIndex {
  return new Map(v.parse(texts, raw).texts.split("\n").flatMap(indexLine));
}

/** A line of the index: digest, ids, name. */
function indexLine(line: string): [string, KnownText][] {
  const [sha256 = "", ids = "", ...words] = line.split(" ");
  return /^[0-9a-f]{64}$/u.test(sha256) && ids !== ""
    ? [[sha256, { ids: ids.split(","), name: words.join(" ") }]]
    : [];
}
