import { afterAll, expect, test } from "vitest";

import { PickleAssembler } from "@plimsoll/formats/kit";

import { ggufWith, hubFolder, HOSTILE_TEMPLATE } from "./models.ts";
import { plimsoll, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** Of an issuer's form; joined here, so that no scanner of this repository reports it. */
const TOKEN = ["hf", "bQzRkWpTnXyVdJhGcLsMaEfUiOpYtRqWzX"].join("_");
const loop = new PickleAssembler().proto(2).emptyList().binput(0).binget(0).append().stop().bytes();
const folder = world.folder("shown", {
  ...hubFolder(),
  "model.gguf": ggufWith(HOSTILE_TEMPLATE),
  "loop.pkl": loop,
  "notes.json": JSON.stringify({ [`key ${TOKEN}`]: `value ${TOKEN}` }),
});

test("every kind comes with the report, by its published schema, without credentials and places of this machine", async () => {
  const { report } = await vetted(folder, ["--evidence"]);
  const shown = JSON.stringify(report.evidence);
  expect(Object.keys(report.evidence ?? {})).toEqual(
    expect.arrayContaining(["gguf", "pickles", "machine"]),
  );
  expect(report.verdict).toBe("stop");
  const isShown = (text: string): boolean => shown.includes(text);
  expect([isShown("loop.pkl"), isShown(TOKEN), isShown(folder)]).toEqual([true, false, false]);
});

test("one or two kinds, wherever they are named", async () => {
  const after = await plimsoll(["vet", folder, "--evidence", "gguf,pickles"]);
  const before = await plimsoll(["vet", "--evidence", "gguf", "pickles", folder]);
  expect(Object.keys(JSON.parse(after.stdout).evidence)).toEqual(["gguf", "pickles"]);
  expect(JSON.parse(before.stdout).evidence).toEqual(JSON.parse(after.stdout).evidence);
});

test("a folder of a kind's name is a folder", async () => {
  world.folder("gguf", { "a.txt": "words" });
  const ran = await plimsoll(["vet", "gguf", "--evidence"], { cwd: world.path });
  expect(JSON.parse(ran.stdout)).toMatchObject({ model: { reference: "gguf" } });
});

test.each([
  ["no such kind", ["vet", folder, "--evidence", "gguf,nonsense"]],
  ["kinds and no model", ["vet", "--evidence", "gguf"]],
  ["a form that is not JSON", ["vet", folder, "--evidence", "--format", "html"]],
])("%s ends with 2", async (_, args) => {
  const ran = await plimsoll(args);
  expect([ran.code, ran.stdout]).toEqual([2, ""]);
});

test("without it there is none", async () => {
  const { report } = await vetted(folder);
  expect(report).not.toHaveProperty("evidence");
});
