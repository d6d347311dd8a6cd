import { jsonObject, jsonString, parseJson, type JsonValue } from "@plimsoll/formats";

import type { LeftBehindFacts } from "./schema.ts";
import { fitsName } from "./file-names.ts";

/** What a tracker noted of who ran something: which sort of fact, never the fact. */
export type NotedIdentity = {
  readonly tracker: string;
  /** Each sort once: `account`, `host`, `e-mail address`, `folder`. */
  readonly sorts: readonly string[];
  /** Names of the fields, in the order of the facts. */
  readonly fields: readonly string[];
};

/** Characters of a record that are read: they are pages, not books (CWE-400). */
const RECORD_MAX_CHARACTERS = 262_144;

/** What one text file of a tracker notes of a person or a machine; undefined for other files and empty fields. */
export function identityIn(
  file: { readonly file: string; readonly text: string },
  facts: LeftBehindFacts,
): NotedIdentity | undefined {
  const rule = facts.identity.find(({ name }) => fitsName(file.file, [name]));
  if (rule === undefined || file.text.length > RECORD_MAX_CHARACTERS) return undefined;
  const valueOf = openRecord(file.text);
  const found = Object.entries(rule.fields).filter(([field, sort]) => {
    const value = valueOf(field);
    if (value === undefined || value.trim() === "") return false;
    const lower = value.trim().toLowerCase();
    if (sort === "account") return !facts.sharedAccounts.includes(lower);
    if (sort === "host") return !facts.sharedHosts.includes(lower);
    // Folders that name nobody are everywhere; those that do are told where paths are.
    return sort !== "folder";
  });
  if (found.length === 0) return undefined;
  const fields = found.map(([field]) => field).filter((field) => field !== "");
  return { tracker: rule.tracker, sorts: [...new Set(found.map(([, sort]) => sort))], fields };
}

/** Fields of a record: JSON, or one `name: value` a line; the empty name asks for the whole text. */
function openRecord(text: string): (field: string) => string | undefined {
  const json = readObject(text);
  if (json !== undefined) return (field) => jsonString(json.get(field));
  const lines = text.split("\n", 2_000);
  return (field) => {
    if (field === "") return text.length <= 200 ? text : undefined;
    const line = lines.find((one) => one.startsWith(`${field}:`));
    return line?.slice(field.length + 1).replaceAll(/["']/gu, "");
  };
}

function readObject(text: string): ReadonlyMap<string, JsonValue> | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return jsonObject(parseJson(text, { values: 50_000 }).value);
  } catch {
    // Damaged JSON has no fields to tell; that it is there is told all the same.
    return undefined;
  }
}
