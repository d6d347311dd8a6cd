import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { PlimsollError } from "../../kernel/error.ts";
import { sampleReport } from "../../testing/reports.ts";
import type { Output } from "../verb.ts";
import { openReportOutput } from "./report-output.ts";

let folder = "";
let said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-out-"));
  said = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const output = (name: string): Output => ({
  write: (text) => void said.push(`${name}: ${text}`),
  isTerminal: true,
  columns: 80,
  hasColour: true,
  hasUnicode: true,
});

const open = (options: Readonly<Record<string, unknown>>): ReturnType<typeof openReportOutput> =>
  openReportOutput(options, {
    cwd: folder,
    now: new Date("2026-11-25T12:00:00Z"),
    stdout: output("out"),
    stderr: output("err"),
  });

const write = (options: Readonly<Record<string, unknown>>): Promise<void> =>
  open(options).write([sampleReport()], false);

describe("a place", () => {
  test("is written whole, said on stderr, and nothing else is left in the folder", async () => {
    await write({ format: "json", out: "report.json" });
    const path = join(folder, "report.json");
    expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(sampleReport(), null, 2)}\n`);
    expect(said).toEqual([`err: report written to ${path}\n`]);
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("that is there is replaced; a link stays a link", async () => {
    writeFileSync(join(folder, "old.json"), "old");
    symlinkSync("old.json", join(folder, "link.json"));
    await write({ format: "json", out: "link.json" });
    expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "old.json"), "utf8")).toContain("plimsoll/report@1");
  });

  test.each(["there", "missing/report.json", "", "/dev/null"])("is refused: %j", (out) => {
    mkdirSync(join(folder, "there"));
    expect(codeOf(() => open({ out }))).toBe("usage");
  });

  test("gets no colour", async () => {
    await write({ out: "report.txt" });
    expect(readFileSync(join(folder, "report.txt"), "utf8")).not.toContain("\u001B");
    await write({});
    expect(said.at(-1)).toContain("\u001B[");
  });
});

describe("a format", () => {
  test.each([
    [{}, "out: \u001B"],
    [{ json: true }, "out: {"],
    [{ format: "json", json: true }, "out: {"],
    [{ format: "sarif" }, "out: {"],
    [{ format: "html" }, "out: <!doctype html>"],
    [{ format: "junit" }, "out: <?xml"],
    [{ format: "markdown" }, "out: ## "],
  ])("%j is written to stdout", async (options, start) => {
    await write(options);
    expect(said.join("").startsWith(start)).toBe(true);
  });

  test.each([{ format: "pdf" }, { format: "" }, { format: "html", json: true }])(
    "%j is refused",
    (options) => {
      expect(codeOf(() => open(options))).toBe("usage");
    },
  );
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return PlimsollError.isInstance(error) ? error.code : "another";
  }
  return undefined;
}
