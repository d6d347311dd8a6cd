import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { HomeEnvironment } from "./home.ts";
import { auditOrigin } from "./install.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plimsoll-install-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const where = (folder = home): HomeEnvironment => ({
  env: { PLIMSOLL_HOME: folder },
  platform: "linux",
  home: "/nowhere",
});

test("an installation is named once, and its name is its owner's alone to see", () => {
  const origin = auditOrigin(where());
  expect(origin).toMatch(/^plimsoll\/[0-9a-f]{18}$/u);
  expect(auditOrigin(where())).toBe(origin);
  expect(auditOrigin(where(join(home, "other")))).not.toBe(origin);
  expect(statSync(join(home, "install-id")).mode & 0o777).toBe(0o600);
  expect(readdirSync(home).toSorted()).toEqual(["install-id", "other"]);
});

test("one that is there is kept, and one that is none is not written over", () => {
  writeFileSync(join(home, "install-id"), `${"ab".repeat(9)}\n`);
  expect(auditOrigin(where())).toBe(`plimsoll/${"ab".repeat(9)}`);
  writeFileSync(join(home, "install-id"), "mine");
  expect(() => auditOrigin(where())).toThrowError(
    expect.objectContaining({ code: "home-unwritable" }),
  );
  expect(readFileSync(join(home, "install-id"), "utf8")).toBe("mine");
});
