import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { PlimsollError } from "../kernel/error.ts";
import { settle, settleFile } from "./settle.ts";

const FILES = { "a.txt": "one", "deep/b.bin": Uint8Array.of(1, 2, 3) };

let base = "";
let folder = "";

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "plimsoll-settle-"));
  folder = join(base, "model");
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

function contentOf(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).toSorted();
}

describe("settle", () => {
  test("makes a folder that holds these files, and leaves nothing beside it", () => {
    settle(folder, FILES);
    expect(contentOf(folder)).toEqual(["a.txt", "deep", "deep/b.bin"]);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("one");
    expect(readdirSync(base)).toEqual(["model"]);
  });

  test("leaves a folder alone that is as it should be", () => {
    settle(folder, FILES);
    const before = lstatSync(folder).ino;
    settle(folder, FILES);
    expect(lstatSync(folder).ino).toBe(before);
  });

  test.each([
    ["other content", (): void => writeFileSync(join(folder, "a.txt"), "two")],
    ["a file too many", (): void => writeFileSync(join(folder, "deep", "c"), "")],
    ["a file missing", (): void => rmSync(join(folder, "deep", "b.bin"))],
    [
      "a link in place of a file",
      (): void => {
        writeFileSync(join(base, "away"), "one");
        rmSync(join(folder, "a.txt"));
        symlinkSync(join(base, "away"), join(folder, "a.txt"));
      },
    ],
  ])("puts right %s", (_, spoil) => {
    settle(folder, FILES);
    spoil();
    settle(folder, FILES);
    expect(contentOf(folder)).toEqual(["a.txt", "deep", "deep/b.bin"]);
    expect(lstatSync(join(folder, "a.txt")).isFile()).toBe(true);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("one");
  });

  test("sweeps what an interrupted run left an hour ago, and spares a run that is under way", () => {
    const old = join(base, ".model.unfinished-old");
    const fresh = join(base, ".model.unfinished-new");
    mkdirSync(old);
    mkdirSync(fresh);
    const now = lstatSync(fresh).mtimeMs / 1000;
    utimesSync(old, now - 3602, now - 3602);
    utimesSync(fresh, now - 3590, now - 3590);
    settle(folder, FILES);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(fresh)).toBe(true);
  });

  test("says home-unwritable where it cannot write", () => {
    writeFileSync(join(base, "file"), "");
    const inFile = join(base, "file", "model");
    expect(codeOf(() => settle(inFile, FILES))).toBe("home-unwritable");
    expect(codeOf(() => settleFile(inFile, ""))).toBe("home-unwritable");
  });
});

describe("settleFile", () => {
  test("writes over what is there and leaves nothing beside it", () => {
    settleFile(folder, "one");
    settleFile(folder, "two");
    expect(readFileSync(folder, "utf8")).toBe("two");
    expect(readdirSync(base)).toEqual(["model"]);
  });
});

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    return PlimsollError.isInstance(error) ? error.code : String(error);
  }
  return "nothing was thrown";
}
