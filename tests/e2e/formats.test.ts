import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { hubFolder } from "./models.ts";
import { plimsoll, reportOf } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);
world.folder("model", hubFolder());

const vet = (...args: readonly string[]): ReturnType<typeof plimsoll> =>
  plimsoll(["vet", "model", ...args], { cwd: world.path });

/** Free memory may change between two runs; everything else is the same. */
const steady = (text: string): string => text.replaceAll(/\d[\d.]*(?: GiB|,$)/gmu, "#");

describe.concurrent("formats", () => {
  test.each([
    ["sarif", `"version": "2.1.0"`],
    ["markdown", "## "],
    ["html", "<!doctype html>"],
    ["junit", "<testsuites>"],
    ["terminal", "What a clear rests on:"],
  ])("%s goes to stdout, and the exit code stays vet's", async (format, holds) => {
    const ran = await vet("--format", format);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain(holds);
  });

  test("--format json and --json are one", async () => {
    const [long, short] = await Promise.all([vet("--format", "json"), vet("--json")]);
    expect(steady(long.stdout)).toBe(steady(short.stdout));
    expect(reportOf(long.stdout).model.reference).toBe("model");
  });

  test("--out writes the file and says so", async () => {
    const ran = await vet("--format", "sarif", "--out", "out.sarif");
    const path = join(world.path, "out.sarif");
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", `report written to ${path}\n`]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("runs.length", 1);
    expect(readdirSync(world.path).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test.each([
    [["--format", "pdf"]],
    [["--out", "model"]],
    [["--out", "nowhere/report.json"]],
    [["--json", "--format", "html"]],
  ])("%j is refused before anything is read", async (args) => {
    const ran = await vet(...args);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("[usage]");
  });
});
