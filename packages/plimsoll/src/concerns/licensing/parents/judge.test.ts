import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { modelName } from "../../../model/model-name.ts";
import { openLicenceBook } from "../facts.ts";
import { meaningOf } from "../meaning.ts";
import { judgeParent } from "./judge.ts";
import { parseBaseModels } from "./schema.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../../knowledge"));
const book = openLicenceBook(knowledge);
const base = knowledge.read("base-models", parseBaseModels);
const LLAMA_3 = "LicenseRef-plimsoll-llama-3";

function judge(parent: string, declared: readonly string[], texts: readonly string[] = []): string {
  return judgeParent(parent, { declared, texts }, false, { book, base }).kind;
}

test("a licence text of the parent's among the files is enough", () => {
  expect(judge(LLAMA_3, ["MIT"])).toBe("dropped");
  expect(judge(LLAMA_3, ["MIT"], [LLAMA_3])).toBe("fits");
});

test("no-derivatives terms allow another encoding alone", () => {
  const child = { declared: ["MIT"], texts: [] };
  expect(judgeParent("CC-BY-ND-4.0", child, true, { book, base }).kind).toBe("fits");
  expect(judgeParent("CC-BY-ND-4.0", child, false, { book, base }).kind).toBe("dropped");
});

test("an open parent asks nothing", () => {
  expect(judge("Apache-2.0", ["CC-BY-NC-4.0"])).toBe("fits");
  expect(judge("Apache-2.0", [])).toBe("fits");
});

test("every licence of the facts is known by name, and every one that stays is one of ours", () => {
  for (const { licence } of base.models.values()) {
    expect({ licence, kind: meaningOf(licence, book).kind }).toEqual({ licence, kind: "known" });
  }
  for (const { licences } of base.kept) {
    for (const key of licences)
      expect(book.nameOf(`LicenseRef-plimsoll-${key}`)).not.toContain(key);
  }
});

test("names are those that comparing makes of themselves", () => {
  for (const name of base.models.keys()) expect(modelName(name)).toBe(name);
});
