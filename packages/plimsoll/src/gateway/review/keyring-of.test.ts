import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Store } from "../../store/contract.ts";
import { keyringOf } from "./keyring-of.ts";
import { openKeyring } from "./keyring.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-keyring-"));
  path = join(folder, "keyring");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Subject = Awaited<ReturnType<Store["subjects"]["any"]>>;
const holding = (subject?: Subject): Pick<Store, "subjects"> => ({
  subjects: {
    take: (_, fresh) => Promise.resolve(fresh),
    byId: () => Promise.resolve(subject),
    any: () => Promise.resolve(subject),
  },
});
const environment = { code: "environment" };

test("a new store has a new one, that only its owner reads; the next time it is the same", async () => {
  const one = await keyringOf(holding(), path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await keyringOf(holding(one.newSubject()), path);
  expect(again.macOf("x")).toBe(one.macOf("x"));
});

test("one that is missing where something was sealed is never made anew", async () => {
  const subject = openKeyring(path).newSubject();
  rmSync(path);
  await expect(keyringOf(holding(subject), path)).rejects.toMatchObject(environment);
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
});

test("another one is not taken for the one that sealed", async () => {
  const subject = openKeyring(path).newSubject();
  await expect(keyringOf(holding(subject), join(folder, "other"))).rejects.toMatchObject(
    environment,
  );
  writeFileSync(join(folder, "other"), `${"0".repeat(64)}\n`, { mode: 0o600 });
  await expect(keyringOf(holding(subject), join(folder, "other"))).rejects.toMatchObject(
    environment,
  );
});

describe("a file that is no keyring", () => {
  const hex = "0123456789abcdef".repeat(4);
  test.each([
    ["empty", ""],
    ["short", hex.slice(2)],
    ["long", `${hex}00`],
    ["followed by something", `${hex} and more`],
    ["no hexadecimal", "z".repeat(64)],
    ["broken off in it", `${hex.slice(0, 62)}zz`],
    ["zeroes of a power cut", "\0".repeat(64)],
  ])("%s", (_, text) => {
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => openKeyring(path)).toThrowError(expect.objectContaining(environment));
  });
  test("a folder, a link to itself, one that others read", () => {
    mkdirSync(path, { mode: 0o700 });
    expect(() => openKeyring(path)).toThrowError(expect.objectContaining(environment));
    rmSync(path, { recursive: true });
    symlinkSync("keyring", path);
    expect(() => openKeyring(path)).toThrowError(expect.objectContaining(environment));
    rmSync(path);
    writeFileSync(path, hex);
    chmodSync(path, 0o640);
    expect(() => openKeyring(path)).toThrowError(expect.objectContaining(environment));
    chmodSync(path, 0o600);
    expect(openKeyring(path).macOf("x")).toHaveLength(64);
  });
});
