import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { EVIDENCE } from "../../generated/evidence.ts";
import { openEvidence } from "../../kernel/evidence-store.ts";
import { thisSystem } from "../../machine/system.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-texts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function texts(files: Record<string, Uint8Array | string>) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const snapshot = takeSnapshot(resolveReference(folder, "/"));
  const gathered = await openEvidence(EVIDENCE, { snapshot, system: thisSystem() }).gather([
    "texts",
  ]);
  if (gathered.kind === "failed") throw new TypeError("no texts");
  return {
    read: gathered.values.texts.map((one) => one.file),
    unread: gathered.unread.map((one) => one.file),
  };
}

test("texts are read by their bytes, in UTF-8 and UTF-16", async () => {
  const utf16 = Buffer.from("\uFEFFhello there", "utf16le");
  expect(await texts({ "a.txt": "héllo", b: "no ending", "c.csv": utf16 })).toEqual({
    read: ["a.txt", "b", "c.csv"],
    unread: [],
  });
});

test("a text in another encoding is unread, not skipped", async () => {
  const windows = Buffer.from("name;stra\xdfe\n", "latin1");
  expect(await texts({ "a.csv": windows, "b.bin": windows })).toEqual({
    read: [],
    unread: ["a.csv"],
  });
});

test("vocabularies are not texts, whatever they hold", async () => {
  expect(await texts({ "merges.txt": "a b\n", "tokenizer.json": "{}" })).toEqual({
    read: [],
    unread: [],
  });
});
