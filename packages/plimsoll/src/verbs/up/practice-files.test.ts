import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { settingSchemaText } from "../../config/published-schema.ts";
import { writePracticeFiles } from "./practice-files.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-up-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a setting file and its schema lie beside the models, and the file names the schema", async () => {
  await writePracticeFiles(folder);
  const setting = readFileSync(join(folder, "plimsoll.yaml"), "utf8");
  expect(setting.split("\n", 1)).toEqual([
    "# yaml-language-server: $schema=./plimsoll.schema.json",
  ]);
  expect(setting).toContain("\n$schema: ./plimsoll.schema.json\n");
  expect(readFileSync(join(folder, "plimsoll.schema.json"), "utf8")).toBe(
    await settingSchemaText(),
  );
});

test("a setting that a person changed stays, and a schema that was changed does not", async () => {
  await writePracticeFiles(folder);
  writeFileSync(join(folder, "plimsoll.yaml"), "audience: team\n");
  writeFileSync(join(folder, "plimsoll.schema.json"), "{}");
  await writePracticeFiles(folder);
  expect(readFileSync(join(folder, "plimsoll.yaml"), "utf8")).toBe("audience: team\n");
  expect(readFileSync(join(folder, "plimsoll.schema.json"), "utf8")).not.toBe("{}");
});
