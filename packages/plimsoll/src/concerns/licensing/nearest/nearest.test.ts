import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { spdxText } from "../../../testing/spdx-texts.ts";
import { readTexts } from "../claims.ts";
import { openLicenceBook } from "../facts.ts";
import { nearTo } from "./of-text.ts";
import { showEdits } from "./show.ts";

const book = openLicenceBook(openKnowledge(join(import.meta.dirname, "../../../../knowledge")));
const APACHE = spdxText("Apache-2.0");

function near(text: string): { id: string | undefined; distance: number; places: string[] } {
  const [read] = readTexts([{ file: "LICENSE", role: "licence", scope: "model", text }], book);
  const found = read === undefined ? undefined : nearTo(read, book);
  if (found === undefined) return { id: undefined, distance: 0, places: [] };
  const { known, distance } = found.nearest;
  return { id: known.ids[0], distance, places: [...showEdits(found.words, found.nearest).places] };
}

test("a word that turns the sense is named, before others", () => {
  const found = near(APACHE.replace("does not grant", "does grant").replace("Legal", "Lawful"));
  expect(found).toMatchObject({ id: "Apache-2.0", distance: 3 });
  expect(found.places[0]).toContain('this license does": 1 word left out ("not")');
});

test("an added sentence is quoted", () => {
  const found = near(`${spdxText("MIT")} Not to be used by Acme.`);
  expect(found.id).toBe("MIT");
  expect(found.places).toEqual([expect.stringContaining('"not to be used by acme" added')]);
});

test("a short text is near to none", () => {
  expect(near("Permission is hereby granted, free of charge.").id).toBeUndefined();
});

test("near-duplicates are told apart", () => {
  expect(near(spdxText("CC-BY-NC-4.0").replace("irrevocable", "")).id).toBe("CC-BY-NC-4.0");
  expect(near(spdxText("CC-BY-4.0").replace("irrevocable", "")).id).toBe("CC-BY-4.0");
});
