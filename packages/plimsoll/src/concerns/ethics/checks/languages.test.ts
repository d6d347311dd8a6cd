import { tinyLlama } from "@plimsoll/formats/kit";

import type { Setting } from "../../../kernel/setting.ts";
import { checkCases } from "../../../testing/check-cases.ts";
import check from "./languages.ts";

const front = (fields: string) => ({ "README.md": `---\n${fields}\n---\n# M` });
const users = (...countries: string[]): Partial<Setting> => ({
  audience: "public",
  territory: { seat: [], users: countries },
});
const stated = { level: "note" as const, key: "stated", file: "README.md", member: "language" };
const missing = (level: "note" | "caution") => ({ level, key: "missing" });

checkCases(check, {
  caught: [
    {
      name: "users of another language",
      files: front("language: [en, zh]"),
      setting: users("DE"),
      finds: [stated, missing("caution")],
    },
    {
      name: "the same for a team",
      files: front("language: en"),
      setting: { ...users("JP"), audience: "team" },
      finds: [stated, missing("note")],
    },
    {
      name: "one country of two",
      files: front("language: German"),
      setting: users("AT", "PL", "PL"),
      finds: [stated, missing("caution")],
    },
    {
      name: "nothing is said",
      files: front("license: mit"),
      setting: users("DE"),
      finds: [{ level: "note", key: "unstated" }],
    },
    {
      name: "a country that is not listed",
      files: front("language: en"),
      setting: users("ZZ"),
      finds: [stated, { level: "note", key: "unlisted" }],
    },
  ],
  clean: [
    { name: "weights alone", files: { "m.gguf": tinyLlama() }, finds: [] },
    { name: "no card", files: { "config.json": "{}" }, finds: [], verdict: "not-applicable" },
    { name: "no users are named", files: front("language: en"), finds: [stated] },
    {
      name: "one of a country's languages is enough",
      files: front("language: [fr, code]"),
      setting: users("CH", "BE"),
      finds: [stated],
    },
    {
      name: "other ways to write it",
      files: front("language: [zh-Hans, pt_BR, deu, Japanese]"),
      setting: users("CN", "PT", "DE", "JP"),
      finds: [stated],
    },
    { name: "many", files: front("language: multilingual"), setting: users("PL"), finds: [stated] },
    {
      name: "English in the Union",
      files: front("language: en"),
      setting: users("EU"),
      finds: [stated],
    },
  ],
  hostile: [
    {
      name: "ten thousand languages",
      files: front(`language: [${Array.from({ length: 10_000 }, (_, at) => `l${at}`).join(", ")}]`),
      setting: users("DE"),
      finds: [stated, missing("caution")],
    },
    {
      name: "names of prototypes",
      files: front("language: [constructor, __proto__]"),
      setting: users("DE"),
      finds: [stated, missing("caution")],
    },
    {
      name: "fields of other types",
      files: front("language: {a: b}"),
      finds: [],
      verdict: "clear",
    },
  ],
});
