import { expect, test } from "vitest";

import { openVetChunk } from "./vet-chunk.ts";

const SRC = "/p/packages/plimsoll/src";
const IMPORTS = new Map([
  [`${SRC}/main.ts`, [`${SRC}/kernel/error.ts`]],
  [`${SRC}/verbs/vet/command.ts`, [`${SRC}/model/reference.ts`]],
  [`${SRC}/verbs/diff/diff.ts`, [`${SRC}/verbs/vet/vet.ts`]],
  [`${SRC}/verbs/vet/vet.ts`, [`${SRC}/model/reference.ts`, `${SRC}/report/report.ts`]],
  [`${SRC}/model/reference.ts`, [`${SRC}/kernel/json.ts`]],
  [`${SRC}/report/report.ts`, []],
  [`${SRC}/report/html.ts`, []],
  [`${SRC}/concerns/a/checks/b.ts`, [`${SRC}/kernel/error.ts`, "/p/node_modules/yaml/index.js"]],
  ["/p/node_modules/yaml/index.js", []],
]);

test("only what the reading of a model alone loads goes into its file", () => {
  const chunkOf = openVetChunk(IMPORTS);
  const inside = [...new Set([...IMPORTS.keys(), ...[...IMPORTS.values()].flat()])].filter(
    (id) => chunkOf(id) === "vet",
  );
  expect(inside.map((id) => id.slice(SRC.length + 1)).toSorted()).toEqual([
    "concerns/a/checks/b.ts",
    "report/report.ts",
    "verbs/diff/diff.ts",
    "verbs/vet/vet.ts",
  ]);
});
