import { execFileSync, spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { parseSync } from "oxc-parser";
import { afterAll, beforeAll, expect, test } from "vitest";

import { VERSION } from "../../packages/plimsoll/src/generated/facts.ts";
import { CONCERNS } from "../../packages/plimsoll/src/kernel/concern.ts";
import { locked } from "./locked.ts";

const ROOT = join(import.meta.dirname, "../..");
const PACKAGE = join(ROOT, "packages/plimsoll");
const NODE_FOLDER = dirname(process.execPath);

let folder = "";
let program = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-packed-"));
  for (const name of ["home", "prefix", "model"]) mkdirSync(join(folder, name));
  const name = execFileSync("npm", ["pack", "--pack-destination", folder, "--silent"], {
    cwd: PACKAGE,
    encoding: "utf8",
  }).trim();
  const tarball = join(folder, name.split("\n").at(-1) ?? "");
  const installed = run("npm", [
    "i",
    "-g",
    tarball,
    "--offline",
    "--prefix",
    join(folder, "prefix"),
  ]);
  if (installed.status !== 0) throw new Error(installed.stderr);
  program = join(folder, "prefix/bin/plimsoll");
  writeFileSync(join(folder, "model/README.md"), "---\nlicense: mit\n---\n# A model\n");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs in an empty home, with Node 24 first on the path and nothing of the checkout. */
function run(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  const { PATH = "" } = process.env;
  const outside = PATH.split(delimiter).filter((part) => !part.startsWith(ROOT));
  return spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: [NODE_FOLDER, ...outside].join(delimiter),
      HOME: join(folder, "home"),
      LANG: "C.UTF-8",
    },
  });
}

test("the tarball installs offline into an empty prefix and vets", () => {
  const { status, stdout, stderr } = run(program, ["vet", join(folder, "model"), "--json"]);
  expect(stderr).toBe("");
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ schema: "plimsoll/report@1" });
  expect(report).toMatchObject({
    concerns: Object.fromEntries(CONCERNS.map((concern) => [concern, expect.anything()])),
  });
  expect([0, 1]).toContain(status);
});

test("version, help and pages work from the package", () => {
  expect(run(program, ["--version"]).stdout).toBe(`${VERSION}
`);
  expect(run(program, ["explain", "PLM-SEC-001"]).stdout).toContain("PLM-SEC-001");
});

test("hashing starts its worker from the package", async () => {
  await locked(join(folder, "plimsoll.lock"), "model", "./model");
  expect(run(program, ["verify"])).toMatchObject({ status: 0, stderr: "" });
});

test("it carries what it needs and nothing of the source", () => {
  const installed = join(folder, "prefix/lib/node_modules/plimsoll");
  const manifest = readFileSync(join(installed, "package.json"), "utf8");
  expect(JSON.parse(manifest)).not.toHaveProperty("dependencies");
  expect(readdirSync(installed)).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "NOTICE",
      "THIRD-PARTY-NOTICES",
      "bin",
      "dist",
      "knowledge",
      "schema",
    ]),
  );
  expect(existsSync(join(installed, "src"))).toBe(false);
  const notices = readFileSync(join(installed, "THIRD-PARTY-NOTICES"), "utf8");
  const bundled = ["commander", "yaml", "valibot", "@huggingface/jinja"];
  expect(bundled.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
});

test("an older Node is told which one is needed, and ends with 3", () => {
  const bin = join(PACKAGE, "bin/plimsoll.js");
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.20.2" }); await import(${JSON.stringify(bin)});`;
  const { status, stderr } = run(process.execPath, ["--input-type=module", "-e", pretend]);
  expect(status).toBe(3);
  expect(stderr).toContain("Node 24");
});

test.skipIf(oldNode() === undefined)("the Node 20 of this machine is told too", () => {
  const { status, stderr } = run(oldNode() ?? "", [program, "--version"]);
  expect(status).toBe(3);
  expect(stderr).toContain("Node 24");
});

test("the first lines of the executable parse on old Node", () => {
  const text = readFileSync(join(PACKAGE, "bin/plimsoll.js"), "utf8");
  expect(parseSync("plimsoll.js", text).errors).toEqual([]);
  // Newer syntax than Node 16 knows would end in a SyntaxError before anything is said.
  expect(text).not.toMatch(/^\s*import\s|\?\?=|\|\|=|&&=|\busing\b|#[a-z]+ in /mu);
});

test("in a checkout the source runs, whatever bundle lies there", () => {
  expect(existsSync(join(PACKAGE, "dist/main.js"))).toBe(true);
  const stale = join(PACKAGE, "dist/main.js");
  const before = readFileSync(stale);
  try {
    writeFileSync(stale, "export const main = () => 42;\n");
    const { status, stdout } = run(process.execPath, [
      join(PACKAGE, "bin/plimsoll.js"),
      "--version",
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/u);
  } finally {
    writeFileSync(stale, before);
  }
});

/** A Node before 24 on this machine's path, or undefined. */
function oldNode(): string | undefined {
  const { PATH = "" } = process.env;
  return PATH.split(delimiter)
    .map((part) => join(part, "node"))
    .filter((path) => existsSync(path))
    .find((path) => {
      const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout;
      return Number(/^v(\d+)/u.exec(version)?.[1] ?? 24) < 24;
    });
}
