import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { spdxTexts } from "../../testing/spdx-texts.ts";
import { canonicalText } from "./canonical.ts";
import { openLicenceBook } from "./facts.ts";
import { identifyText } from "./identify.ts";
import { parseHubIds, parseLicences, parseSpdxTexts } from "./schema.ts";
import { textIndex } from "./text-index.ts";

const KNOWLEDGE = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const BOOK = openLicenceBook(KNOWLEDGE);
const CORPUS = join(import.meta.dirname, "../../../../../../shared/corpora/licences/scancode");

function textOf(path: string, field: string): string {
  const raw: unknown = JSON.parse(readFileSync(path, "utf8"));
  const value: unknown =
    typeof raw === "object" && raw !== null ? Reflect.get(raw, field) : undefined;
  return String(value);
}

test("the index is that of the installed list", () => {
  const index = KNOWLEDGE.read("spdx-texts", parseSpdxTexts);
  const texts = spdxTexts();
  const ids = new Set([...index.values()].flatMap((text) => text.ids));
  expect(ids.size).toBe(texts.length);
  // Every fortieth, since the whole list takes a second.
  for (const text of texts.filter((_, place) => place % 40 === 0)) {
    for (const line of textIndex([text])) {
      expect(index.get(line.slice(0, 64))?.ids).toContain(text.id);
    }
  }
});

test("every id of the hub leads to a licence that is known", () => {
  const hub = KNOWLEDGE.read("hub-licence-ids", parseHubIds);
  const keys = new Set(KNOWLEDGE.read("licences", parseLicences).licences.map(({ key }) => key));
  expect(hub.size).toBe(83);
  const entries = [...hub.values()];
  const spdx = entries.flatMap((entry) => ("spdx" in entry ? [entry.spdx] : []));
  expect(spdx.map((id) => BOOK.spdxId(id))).toEqual(spdx);
  const custom = entries.flatMap((entry) => ("licence" in entry ? [entry.licence] : []));
  expect(custom.filter((key) => !keys.has(key))).toEqual([]);
});

describe.skipIf(!existsSync(CORPUS))("development texts", () => {
  const files = existsSync(CORPUS)
    ? ["general", "model"].flatMap((folder) =>
        readdirSync(join(CORPUS, folder))
          .filter((file) => file.endsWith(".json"))
          .map((file) => join(CORPUS, folder, file)),
      )
    : [];

  test("all are identified, and none as another", () => {
    for (const path of files) {
      const text = textOf(path, "text");
      expect([path, identifyText(canonicalText(text), BOOK).kind]).toEqual([path, "exact"]);
      const edited = text.replace(/\bnot\b/u, "");
      if (edited === text) continue;
      expect([path, identifyText(canonicalText(edited), BOOK).kind]).not.toEqual([path, "exact"]);
    }
  });
});
