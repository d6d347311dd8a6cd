import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";

import type {
  VerifiedFile,
  VerifyReport,
} from "../../packages/plimsoll/src/verbs/verify/verify-report.ts";
import { locked } from "./locked.ts";
import { hubFolder } from "./models.ts";
import { unprivileged } from "./privilege.ts";
import { EXECUTABLE, plimsoll, ROOT } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const schema = (name: string): object =>
  JSON.parse(readFileSync(join(ROOT, "docs/reference", name), "utf8"));
const isVerified = new Ajv2020({ strictTuples: false }).compile<VerifyReport>(
  schema("verify.schema.json"),
);
const isLock = new Ajv2020({ strictTuples: false }).compile(schema("lock.schema.json"));

/** A project with one locked model, `m`; gives its path. */
async function project(name: string): Promise<string> {
  const path = world.folder(name, {});
  world.folder(`${name}/m`, hubFolder());
  await locked(join(path, "plimsoll.lock"), "m", "./m");
  return path;
}

/** Verifies with `--json`, holds the answer against its schema, and gives what is not ok. */
async function verified(
  cwd: string,
  args: readonly string[] = [],
  options: { readonly uid?: number } = {},
): Promise<{ readonly code: number | null; readonly files: readonly VerifiedFile[] }> {
  const ran = await plimsoll(["verify", ...args, "--json"], { cwd, ...options });
  const value: unknown = JSON.parse(ran.stdout === "" ? ran.stderr : ran.stdout);
  if (!isVerified(value)) throw new TypeError(JSON.stringify(isVerified.errors));
  expect(value.ok).toBe(ran.code === 0);
  const files = value.models.flatMap((model) => model.files);
  return { code: ran.code, files: files.filter(({ state }) => state !== "ok") };
}

const digestOf = (path: string): string =>
  createHash("sha256").update(readFileSync(path)).digest("hex");

describe.concurrent("a locked folder", () => {
  test("that is as it was is ok, from wherever one asks", async () => {
    const path = await project("sound");
    const lock: unknown = JSON.parse(readFileSync(join(path, "plimsoll.lock"), "utf8"));
    expect(isLock(lock)).toBe(true);
    for (const [cwd, args] of [
      [path, []],
      [path, ["m"]],
      [path, ["./m"]],
      [join(path, "m"), []],
      [world.path, ["sound"]],
      [world.path, ["sound/plimsoll.lock"]],
    ] as const) {
      expect(await verified(cwd, args)).toEqual({ code: 0, files: [] });
    }
  });

  test("with one byte turned is named with file, expected and actual digest", async () => {
    const path = await project("tampered");
    const file = join(path, "m/model.safetensors");
    const { size, atime, mtime } = statSync(file);
    const expected = { size, sha256: digestOf(file) };
    const bytes = readFileSync(file);
    bytes[size - 1] = (bytes[size - 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    // Who tampers puts the time back.
    utimesSync(file, atime, mtime);
    const actual = { size, sha256: digestOf(file) };
    expect(await verified(path)).toEqual({
      code: 1,
      files: [{ path: "model.safetensors", state: "changed", expected, actual }],
    });
    const ran = await plimsoll(["verify"], { cwd: path });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("model.safetensors");
    expect(ran.stdout).toContain(`expected sha256:${expected.sha256}`);
    expect(ran.stdout).toContain(`actual   sha256:${actual.sha256}`);
    bytes[size - 1] = (bytes[size - 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await verified(path)).toEqual({ code: 0, files: [] });
  });

  test("with files gone, new, renamed or longer is named for each", async () => {
    const path = await project("moved");
    const within = (name: string): string => join(path, "m", name);
    rmSync(within("LICENSE"));
    writeFileSync(within("new.py"), "x\n");
    renameSync(within("config.json"), within("config.bak"));
    truncateSync(within("README.md"), 10);
    const { code, files } = await verified(path);
    expect(code).toBe(1);
    expect(files).toMatchObject([
      { path: "LICENSE", state: "missing" },
      { path: "README.md", state: "changed", actual: { size: 10 } },
      { path: "config.bak", state: "extra", renamedFrom: "config.json" },
      { path: "config.json", state: "missing", renamedTo: "config.bak" },
      { path: "new.py", state: "extra" },
    ]);
  });

  test("that is gone misses every file, one that became a file is another model", async () => {
    const path = await project("gone");
    rmSync(join(path, "m"), { recursive: true });
    const { code, files } = await verified(path);
    expect(code).toBe(1);
    expect(files.every(({ state }) => state === "missing")).toBe(true);
    expect(files).toHaveLength(Object.keys(hubFolder()).length);
    writeFileSync(join(path, "m"), "x");
    expect((await verified(path)).code).toBe(1);
  });

  test("with a link in place of a file is unread where the link leads out", async () => {
    const path = await project("linked");
    const file = join(path, "m/config.json");
    renameSync(file, join(path, "outside.json"));
    symlinkSync("../outside.json", file);
    expect(await verified(path)).toMatchObject({
      code: 1,
      files: [{ path: "config.json", state: "unread" }],
    });
  });

  test.skipIf(unprivileged() === undefined)("that may not be read is unread", async () => {
    const path = await project("shut");
    chmodSync(world.path, 0o755);
    chmodSync(join(path, "m/config.json"), 0o000);
    const { code, files } = await verified(path, [], unprivileged());
    expect(code).toBe(1);
    expect(files).toMatchObject([{ path: "config.json", state: "unread" }]);
  });

  test("whose lock lies in it is not one file more", async () => {
    const path = world.folder("inside", hubFolder());
    await locked(join(path, "plimsoll.lock"), "inside", ".");
    expect(await verified(path)).toEqual({ code: 0, files: [] });
    expect(readdirSync(path).filter((name) => name.startsWith(".plimsoll"))).toEqual([]);
  });
});

describe.concurrent("several models", () => {
  test("are all verified, or the one that is named", async () => {
    const path = await project("several");
    world.file("several/single.gguf", "GGUF");
    await locked(join(path, "plimsoll.lock"), "single", "./single.gguf");
    writeFileSync(join(path, "single.gguf"), "FUGG");
    expect((await verified(path)).files).toMatchObject([{ path: "single.gguf", state: "changed" }]);
    expect((await verified(path, ["single"])).code).toBe(1);
    expect(await verified(path, ["m"])).toEqual({ code: 0, files: [] });
  });

  test("one that is elsewhere is unread, and an empty lock is not ok", async () => {
    const path = await project("remote");
    const lock = join(path, "plimsoll.lock");
    const text = readFileSync(lock, "utf8");
    writeFileSync(lock, text.replace('"./m"', '"hf:org/name@main"'));
    const { code, files } = await verified(path);
    expect([code, files.every(({ state }) => state === "unread")]).toEqual([1, true]);
    writeFileSync(lock, text.replace(/"models": \{[^]*\n {2}\}/u, '"models": {}'));
    expect((await verified(path)).code).toBe(1);
  });
});

describe.concurrent("what ends with 2 and says what to do", () => {
  test("no lock", async () => {
    const cwd = world.folder("none/inner", {});
    const ran = await plimsoll(["verify"], { cwd });
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("--lock");
  });

  test("a model that is in no lock", async () => {
    const path = await project("other");
    mkdirSync(join(path, "n"));
    for (const word of ["n", "./n", "./nowhere"]) {
      expect((await plimsoll(["verify", word], { cwd: path })).code).toBe(2);
    }
  });

  test.each([
    ["an unfinished merge", "<<<<<<< HEAD\n{}\n", "line 1"],
    ["no JSON", "{", "byte"],
    ["a later version", '{"schema":"plimsoll/lock@2"}', "version 2"],
    ["a key twice", '{"schema":"plimsoll/lock@1","schema":"plimsoll/lock@1"}', "schema"],
  ])("a lock that is %s", async (name, text, named) => {
    const cwd = world.folder(`bad ${name}`, { "plimsoll.lock": text });
    const ran = await plimsoll(["verify"], { cwd });
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(named);
    expect(ran.stderr).toContain("[lock-invalid]");
  });
});

test.skipIf(process.platform === "win32")(
  "Ctrl-C ends within a second, with 130 and what was not read",
  async () => {
    const path = world.folder("large", {});
    world.folder("large/m", { "a.bin": "", "b.txt": "x" });
    await locked(join(path, "plimsoll.lock"), "m", "./m");
    // Sparse: no disk is filled, and reading it takes longer than this test.
    truncateSync(join(path, "m/a.bin"), 64 * 2 ** 30);
    const child = spawn(process.execPath, [EXECUTABLE, "verify"], {
      cwd: path,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const start = performance.now();
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(said).toContain("a.bin: interrupted");
  },
);
