import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { dataFolder, stateFolder, userSettingFile } from "./home.ts";
import { loadSetting } from "./load.ts";
import { nearestWord } from "./nearest.ts";
import { readBytes } from "./quantity.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const where = (env: Record<string, string> = {}) => ({
  env: { PLIMSOLL_HOME: join(folder, "home"), ...env },
  platform: "linux" as const,
  home: folder,
});
const write = (text: string, path = "plimsoll.yaml"): void => {
  mkdirSync(join(folder, "home"), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const load = (flags = {}, env: Record<string, string> = {}, file?: string) =>
  loadSetting({ cwd: folder, where: where(env), flags, ...(file === undefined ? {} : { file }) });

test("without a file everything has a default", async () => {
  const { setting, policy, from } = await load();
  expect(setting).toMatchObject({ audience: "me", context: 4096, concurrency: 1, kvCache: "f16" });
  expect(policy).toEqual({
    require: ["security", "resources", "licensing", "ease"],
    strict: false,
  });
  expect(from).toEqual([]);
});

test("a flag beats a variable, a variable the folder's file, that file the user's file", async () => {
  write("audience: public\ncontext: 1000\nconcurrency: 2\nuse: mine\n", "home/plimsoll.yaml");
  write("audience: team\ncontext: 2000\n");
  expect((await load()).setting).toMatchObject({
    audience: "team",
    context: 2000,
    concurrency: 2,
    use: "mine",
  });
  expect((await load({}, { PLIMSOLL_CONTEXT: "3000" })).setting.context).toBe(3000);
  expect((await load({ context: "4000" }, { PLIMSOLL_CONTEXT: "3000" })).setting.context).toBe(
    4000,
  );
});

test("the audience decides what is required, unless the file says so itself", async () => {
  expect((await load({ audience: "public" })).policy.require).toContain("ethics");
  write("require: [privacy]\nstrict: true\n");
  expect((await load()).policy).toEqual({ require: ["privacy"], strict: true });
});

test("every problem is told, with its line and the nearest key", async () => {
  write("audience: everyone\ncontxt: 4\nstrict: maybe\n");
  await expect(load()).rejects.toMatchObject({
    code: "setting-invalid",
    message: expect.stringMatching(
      /audience \(line 1\).*contxt \(line 2\): unknown key, did you mean "context".*strict \(line 3\)/su,
    ),
  });
});

test.each([
  ["no YAML", "a: [1\n"],
  ["a list", "- a\n"],
  ["a repeated key", "context: 1\ncontext: 2\n"],
  ["context of nothing", "context: 0\n"],
  ["a memory of words", "hardware: { memory: lots }\n"],
  ["an alias bomb", `a: &a [1]\nb: ${"[*a, *a, *a, *a]".repeat(1)}\n`],
])("%s is refused in a sentence", async (_name, text) => {
  write(text);
  await expect(load()).rejects.toMatchObject({ code: "setting-invalid" });
});

test.each([
  ["a $schema path", "$schema: ./plimsoll.schema.json\n"],
  ["an empty file", ""],
  ["a comment alone", "# later\n"],
  ["memory in words", "hardware: { memory: 8 GiB }\n"],
])("%s is fine", async (_name, text) => {
  write(text);
  await expect(load()).resolves.toMatchObject({ setting: { audience: "me" } });
});

test("a file that was named must exist", async () => {
  await expect(load({}, {}, join(folder, "none.yaml"))).rejects.toMatchObject({
    code: "setting-invalid",
  });
});

test.each([{ audience: "all" }, { context: "many" }, { context: "-1" }, { memory: "lots" }])(
  "the flag %j is refused",
  async (flags) => {
    await expect(load(flags)).rejects.toMatchObject({ code: "setting-invalid" });
  },
);

const at = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({
  env,
  platform,
  home: "/h",
});

test("state lives where the platform keeps it", () => {
  expect(dataFolder(at("linux"))).toBe("/h/.local/share/plimsoll");
  expect(dataFolder(at("linux", { XDG_DATA_HOME: "/x" }))).toBe("/x/plimsoll");
  expect(dataFolder(at("darwin"))).toBe("/h/Library/Application Support/plimsoll");
  expect(dataFolder(at("linux", { PLIMSOLL_HOME: "/p" }))).toBe("/p");
  expect(userSettingFile(at("linux"))).toBe("/h/.config/plimsoll/plimsoll.yaml");
});

test("a home that cannot be made says what to do", () => {
  writeFileSync(join(folder, "file"), "");
  const blocked = { ...where(), env: { PLIMSOLL_HOME: join(folder, "file") } };
  expect(() => stateFolder("practice", blocked)).toThrow(
    expect.objectContaining({ code: "home-unwritable" }),
  );
  expect(stateFolder("practice", where())).toBe(join(folder, "home/practice"));
});

test.each([
  ["8 GiB", 8 * 2 ** 30],
  ["1.5 GB", 1.5e9],
  ["512MiB", 512 * 2 ** 20],
  ["100", 100],
  ["100 B", 100],
  ["8 gib", undefined],
  ["-1", undefined],
])("%s is %s bytes", (text, bytes) => {
  expect(readBytes(text)).toBe(bytes);
});

test.each([
  ["contxt", "context"],
  ["cotnext", "context"],
  ["zzz", undefined],
])("near %s lies %s", (word, near) => {
  expect(nearestWord(word, ["context", "audience", "strict"])).toBe(near);
});
