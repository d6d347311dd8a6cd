import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { openLicenceBook } from "./facts.ts";
import { namedIn } from "./identify.ts";
import { agree, offersMore, meaningOf } from "./meaning.ts";

const KNOWLEDGE = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const BOOK = openLicenceBook(KNOWLEDGE);

const ids = (said: string): readonly string[] | string => {
  const meaning = meaningOf(said, BOOK);
  return meaning.kind === "known" ? meaning.ids : meaning.kind;
};

test.each([
  ["apache-2.0", ["Apache-2.0"]],
  ["MIT", ["MIT"]],
  ["zlib", ["Zlib"]],
  ["GPL-3.0-or-later", ["GPL-3.0"]],
  ["gpl-3.0", ["GPL-3.0"]],
  ["llama3.1", ["LicenseRef-plimsoll-llama-3.1"]],
  ["qwen-research", ["LicenseRef-plimsoll-qwen-research"]],
  ["mit and (apache-2.0 or bsd-3-clause)", ["MIT", "Apache-2.0", "BSD-3-Clause"]],
  ["GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0"]],
  ["LicenseRef-acme", ["LicenseRef-acme"]],
  ["other", "family"],
  ["cc", "family"],
  ["Apache", "unrecognised"],
  ["mit or", "unrecognised"],
  ["", "unrecognised"],
  ["__proto__", "unrecognised"],
  ["toString", "unrecognised"],
])("%s", (said, expected) => {
  expect(ids(said)).toEqual(expected);
});

const mean = (said: string): ReturnType<typeof meaningOf> => meaningOf(said, BOOK);

test("claims agree when both can be so", () => {
  expect(agree(mean("mit"), mean("MIT"))).toBe(true);
  // One of two choices is no contradiction; leaving out what holds together with it is.
  expect(agree(mean("mit"), mean("mit or apache-2.0"))).toBe(true);
  expect(agree(mean("mit"), mean("mit and apache-2.0"))).toBe(false);
  expect(agree(mean("mit or apache-2.0"), mean("Apache-2.0 OR (MIT)"))).toBe(true);
  expect(agree(mean("mit or apache-2.0"), mean("mit and apache-2.0"))).toBe(false);
  expect(agree(mean("gpl-2.0"), mean("GPL-2.0-only WITH Classpath-exception-2.0"))).toBe(false);
  expect(agree(mean("cc"), mean("cc-by-4.0"))).toBe(true);
  expect(agree(mean("cc"), mean("mit"))).toBe(false);
  expect(agree(mean("other"), mean("mit"))).toBe(true);
  expect(agree({ kind: "known", ids: ["MIT", "Apache-2.0"], any: true }, mean("mit"))).toBe(true);
});

test("ids that the list renamed mean what they are called today", () => {
  const today = mean("gpl-2.0-only with classpath-exception-2.0");
  expect(agree(mean("GPL-2.0-with-classpath-exception"), today)).toBe(true);
  expect(agree(mean("gpl-2.0-with-gcc-exception"), today)).toBe(false);
  expect(agree(mean("BSD-2-Clause-FreeBSD"), mean("bsd-2-clause"))).toBe(true);
});

test("a claim that offers more choices is told apart", () => {
  expect(offersMore(mean("mit"), mean("mit or apache-2.0"))).toBe(true);
  expect(offersMore(mean("mit"), mean("MIT"))).toBe(false);
  expect(offersMore(mean("mit"), mean("apache-2.0"))).toBe(false);
});

test("a name within a longer name does not count", () => {
  expect(namedIn("modified mit license", BOOK)).toEqual([
    "LicenseRef-plimsoll-kimi-k2-modified-mit",
  ]);
  expect(namedIn("the mit license", BOOK)).toEqual(["MIT"]);
  expect(namedIn("llama 3 1 community license agreement", BOOK)).toEqual([
    "LicenseRef-plimsoll-llama-3.1",
  ]);
});

test("every licence that the hub names is known, and names are told apart", () => {
  for (const { id, words } of BOOK.names) {
    expect([words, namedIn(words, BOOK)]).toEqual([words, [id]]);
  }
  expect(BOOK.nameOf("LicenseRef-plimsoll-llama-3.1")).toBe("Llama 3.1 Community License");
});
